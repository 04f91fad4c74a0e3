"""An opening taken up as a step, or set aside with the reason: people decide, never the software."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from croisee.foundation.accounts.models import Account
from croisee.foundation.audit import services as audit
from croisee.foundation.notices.services import send
from croisee.journeys.models import Dismissal, Journey, Step
from croisee.journeys.notices import caseload as notices
from croisee.journeys.openings import Opening
from croisee.journeys.queries.recipients import team_of
from croisee.journeys.queries.suggestions import is_step, said_of, steps_taken
from croisee.journeys.services.following.locking import open_journey


@transaction.atomic
def take_up(journey: Journey, opening: Opening, account: Account) -> Step:
    """Make a planned step of an opening; the référent is told when it is the person who wants it.

    Raises ValidationError when it is a step already, or the journey is over.
    """
    row = open_journey(journey)
    if is_step(opening, steps_taken(row)):
        raise ValidationError(_("This opening is a step of the journey already."))
    title, where = said_of(opening)
    ends_on = opening.ends_on if opening.ends_on and opening.ends_on >= opening.starts_on else None
    step = Step(
        journey=row,
        kind=opening.kind,
        title=title,
        where=where,
        opportunity_id=opening.opportunity,
        action_id=opening.action,
        starts_on=opening.starts_on,
        planned_end_on=ends_on,
    )
    step.full_clean()
    step.save()
    others = [one for one in team_of(row) if one.pk != account.pk]
    send(notices.WANTED, others, key=f"wanted:{step.pk}", context={"step": str(step.pk)})
    return step


@transaction.atomic
def set_aside(journey: Journey, opening: Opening, account: Account, reason: str) -> Dismissal:
    """Note that an opening is not for the person, and why: it is not suggested again.

    Raises ValidationError without a reason, when it was set aside already, or the journey is over.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Write why in a few words: it helps to look better next time.")})
    row = open_journey(journey)
    title = f"{opening.title} ({opening.organisation})" if opening.organisation else opening.title
    found = Dismissal(
        journey=row, opening_key=opening.key, title=title[:300], reason=reason.strip()[:300], by=account
    )
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError:
        raise ValidationError(_("This opening was set aside already.")) from None
    return found


@transaction.atomic
def suggest_again(dismissal: Dismissal) -> None:
    """Take back that an opening is not wanted: it is suggested again while it is open."""
    Dismissal.objects.filter(pk=dismissal.pk).delete()


@transaction.atomic
def forget(rows: QuerySet[Dismissal]) -> int:
    """Erase what people did not want, from the history too; return how many rows went."""
    keys = list(rows.values_list("pk", flat=True))
    Dismissal.objects.filter(pk__in=keys).delete()
    audit.redact(Dismissal, keys)
    return len(keys)
