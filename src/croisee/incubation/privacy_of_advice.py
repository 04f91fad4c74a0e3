"""What is done with experts, appointments and the notices of the board because they are about people."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.models import Account
from croisee.foundation.audit import services as audit
from croisee.foundation.registry import PersonalData, Retention, impersonal, personal_data
from croisee.incubation.models import Advice, AdviceSlot, Expert, Post, PostState, Reply

DAYS_KEPT = 731
BOARD_DAYS_KEPT = 366
KEPT = _("Two years after the appointment, then without its texts.")
BOARD_KEPT = _("A year after the notice is no longer shown.")


def _limit(day: dt.date, days: int = DAYS_KEPT) -> dt.date:
    return day - dt.timedelta(days=days)


def declare_advice() -> None:
    """Announce purpose, retention, export and erasure of experts and appointments."""
    impersonal(AdviceSlot)
    personal_data.register(
        Expert,
        PersonalData(
            purpose=_("Let project holders choose whom to ask, and meet."),
            retention=Retention(
                _("Two years after one no longer advises."),
                lambda day: Expert.objects.filter(ended_on__lt=_limit(day)).filter(_says_something()),
            ),
            concerns=lambda account: Expert.objects.filter(account=account).select_related("incubator"),
            erase=_erase_experts,
            export=lambda row: {
                "incubator": row.incubator.name,
                "organisation": row.organisation_name,
                "topics": row.topics,
                "presentation": row.presentation,
                "from": row.created_at.date(),
                "to": row.ended_on,
            },
        ),
    )
    personal_data.register(
        Advice,
        PersonalData(
            purpose=_("Keep an hour with an expert for each project, and know what was advised."),
            retention=Retention(
                KEPT,
                lambda day: Advice.objects.filter(slot__ends_at__date__lt=_limit(day)).filter(
                    ~Q(question="") | ~Q(note="") | ~Q(private_note="") | Q(booked_by__isnull=False)
                ),
            ),
            concerns=lambda account: Advice.objects.filter(
                pk__in=Advice.objects.filter(_own(account)).order_by().values("pk")
            ).select_related("slot__expert__account", "project"),
            erase=_erase_advice,
            export=_exported,
        ),
    )


def _own(account: Account) -> Q:
    """Appointments of the holder's own projects, and those that the person booked."""
    holder = Q(project__holder__contacts__account=account, project__holder__contacts__capacity="self")
    return holder | Q(booked_by=account)


def _exported(row: Advice) -> Mapping[str, object]:
    """The note for the team is given too: whoever is written about may read it (GDPR, article 15)."""
    return {
        "project": row.project.title,
        "expert": str(row.slot.expert),
        "at": row.slot.starts_at,
        "state": row.get_state_display(),
        "question": row.question,
        "note": row.note,
        "note_for_the_team": row.private_note,
    }


def _says_something() -> Q:
    return ~Q(presentation="") | ~Q(organisation_name="")


def _erase_experts(rows: QuerySet[Any]) -> int:
    """Take out who they are; topics and hours stay for the appointments that hang on them. Free hours to come go."""
    keys = list(rows.values_list("pk", flat=True))
    now = timezone.now()
    AdviceSlot.objects.filter(expert__in=keys, starts_at__gt=now, appointments=None).delete()
    found = Expert.objects.filter(pk__in=keys)
    found.filter(ended_on__isnull=True).update(ended_on=timezone.localdate(now))
    count = found.update(presentation="", organisation_name="", updated_at=now)
    audit.redact(Expert, keys)
    return count


def _erase_advice(rows: QuerySet[Any]) -> int:
    """Blank the texts and who booked: that an hour was held is counted, and says nothing of anyone by itself."""
    keys = list(rows.values_list("pk", flat=True))
    count = Advice.objects.filter(pk__in=keys).update(
        question="", note="", private_note="", booked_by=None, updated_at=timezone.now()
    )
    audit.redact(Advice, keys)
    return count


def declare_board() -> None:
    """Announce purpose, retention, export and erasure of notices and answers of the board."""
    personal_data.register(
        Post,
        PersonalData(
            purpose=_("Let companies of an incubator help each other."),
            retention=Retention(
                BOARD_KEPT,
                lambda day: Post.objects.filter(
                    Q(expires_on__lt=_limit(day, BOARD_DAYS_KEPT))
                    | Q(state=PostState.REMOVED, updated_at__date__lt=_limit(day, BOARD_DAYS_KEPT))
                ),
            ),
            concerns=lambda account: Post.objects.filter(author=account).select_related("incubator"),
            erase=_delete_posts,
            export=lambda row: {
                "incubator": row.incubator.name,
                "kind": row.get_kind_display(),
                "title": row.title,
                "text": row.text,
                "until": row.expires_on,
                "state": row.get_state_display(),
            },
        ),
    )
    personal_data.register(
        Reply,
        PersonalData(
            purpose=_("Let companies of an incubator help each other."),
            retention=Retention(
                BOARD_KEPT,
                lambda day: Reply.objects.filter(post__expires_on__lt=_limit(day, BOARD_DAYS_KEPT)),
            ),
            concerns=lambda account: Reply.objects.filter(author=account).select_related("post"),
            erase=_delete_replies,
            export=lambda row: {"notice": row.post.title, "at": row.created_at, "text": row.text},
        ),
    )


def _delete_posts(rows: QuerySet[Any]) -> int:
    """Delete notices with their answers, and blank their history."""
    keys = list(rows.values_list("pk", flat=True))
    _delete_replies(Reply.objects.filter(post__in=keys))
    Post.objects.filter(pk__in=keys).delete()
    audit.redact(Post, keys)
    return len(keys)


def _delete_replies(rows: QuerySet[Any]) -> int:
    keys = list(rows.values_list("pk", flat=True))
    Reply.objects.filter(pk__in=keys).delete()
    audit.redact(Reply, keys)
    return len(keys)
