"""What conventions announce."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from croisee.foundation import daily
from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import NavLink, PersonalData, Retention, home_cards, nav_links, personal_data
from croisee.stages.cards import conventions as cards
from croisee.stages.models import Convention, ConventionVersion, Signature, SignatureLink
from croisee.stages.services import conventions, signing

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet

    from croisee.foundation.accounts.models import Account

DAYS_KEPT = 366
READERS = (Role.CAMPAIGN_MANAGER, Role.SCHOOL_HEAD, Role.SCHOOL_STAFF, Role.EMPLOYER, Role.FAMILY)


def declare() -> None:
    """Announce cards, links, and what is done with personal data."""
    nav_links.register(NavLink(_("Conventions"), "stages:conventions", 60), *READERS)
    daily.register(
        "conventions",
        _("Conventions whose internship begins or ends"),
        lambda now: sum(conventions.begin_and_end(localdate(now))),
    )
    daily.register("to_sign", _("Reminders to sign"), lambda now: signing.remind_due(localdate(now)))
    for role in READERS:
        home_cards.register(role, cards.conventions)
    rules: dict[type[Model], tuple[str, Any]] = {
        Convention: ("", lambda row: {"state": row.get_state_display()}),
        ConventionVersion: ("convention__", lambda row: {"number": row.number, "content": row.content}),
        Signature: (
            "convention__",
            lambda row: {
                "as": row.signatory,
                "name": row.name,
                "signed_at": row.signed_at,
                "method": row.method,
            },
        ),
        SignatureLink: ("signature__convention__", lambda row: {"expires_at": row.expires_at}),
    }
    for model, (path, export) in rules.items():
        personal_data.register(model, _rule(model, path, export))


def _rule(model: type[Model], path: str, export: Any) -> PersonalData:
    def concerning(account: Account) -> QuerySet[Any]:
        return model._default_manager.filter(
            **{f"{path}application__person__contacts__account": account}
        ).distinct()

    def expired(day: date) -> QuerySet[Any]:
        limit = day - timedelta(days=DAYS_KEPT)
        return model._default_manager.filter(**{f"{path}application__period__ends_on__lt": limit})

    return PersonalData(
        purpose=_("Agree on the internship of a pupil, and prove who signed."),
        retention=Retention(_("A year after the end of the internship."), expired),
        concerns=concerning,
        erase=erase,
        export=export,
    )


def erase(rows: QuerySet[Any]) -> int:
    """Delete rows, and the files that belong to them; return how many of these rows."""
    found = rows.model._default_manager.filter(pk__in=list(rows.values_list("pk", flat=True)))
    count: int = found.delete()[1].get(rows.model._meta.label, 0)
    return count


@receiver(post_delete, sender=Convention)
@receiver(post_delete, sender=Signature)
def remove_file(instance: Convention | Signature, **_kwargs: Any) -> None:
    """A document or a scan goes from the disk with its row, whatever took the row along."""
    file = instance.document if isinstance(instance, Convention) else instance.scan
    if file:
        storage, name = file.storage, str(file.name)
        transaction.on_commit(lambda: storage.delete(name))
