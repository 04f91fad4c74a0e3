"""Controls of proofs: drawing journeys with the same chance each, judging them, the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from croisee.engine import sampling
from croisee.foundation.dates import in_words
from croisee.foundation.documents.kinds import Kind
from croisee.foundation.documents.kinds import register as register_document
from croisee.foundation.documents.services import issue
from croisee.foundation.lifecycles.services import perform
from croisee.journeys.indicators import Period
from croisee.journeys.models import Control, ControlItem, Programme
from croisee.journeys.notices import returns as words
from croisee.journeys.queries import returns as queries

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account
    from croisee.foundation.documents.models import IssuedDocument

MOST = 1_000
MOST_SEED = 2**53

CONTROL = register_document(
    Kind(
        "journeys.control",
        words.CONTROL_LABEL,
        shareable={
            "period": words.PERIOD_LABEL,
            "size": words.SIZE_LABEL,
            "seed": words.SEED_LABEL,
            "rate": words.RATE_LABEL,
        },
    )
)


@transaction.atomic
def draw(
    programme: Programme, name: str, period: Period, *, size: int, seed: int, account: Account
) -> Control:
    """Draw `size` of the journeys that went on in a period, each with the same chance.

    The same seed over the same journeys draws the same ones (`engine/sampling.py`). Raises ValidationError for a period
    without any journey, or figures out of bounds.
    """
    if period.last < period.first:
        raise ValidationError({"last_day": _("The period cannot end before it begins.")})
    if not 1 <= size <= MOST:
        raise ValidationError({"size": _("Draw between 1 and %(most)d journeys.") % {"most": MOST}})
    if not 0 <= seed < MOST_SEED:
        raise ValidationError(
            {"seed": _("A seed is a whole number, zero or more, of fifteen digits at most.")}
        )
    frame = queries.frame(programme, period)
    sample = sampling.draw(frame, size, seed)
    if not sample.drawn:
        raise ValidationError(_("No journey went on in this period: there is nothing to draw."))
    control = Control(
        programme=programme,
        name=name,
        first_day=period.first,
        last_day=period.last,
        size=size,
        seed=seed,
        population=sample.population,
        frame=sampling.digest(frame),
        made_by=account,
    )
    control.full_clean()
    control.save()
    ControlItem.objects.bulk_create(
        ControlItem(control=control, journey_id=one.key, order=order)
        for order, one in enumerate(sample.drawn, 1)
    )
    return control


@transaction.atomic
def approve(item: ControlItem, account: Account) -> ControlItem:
    """Note that the proofs of a journey drawn are sound. Raises TransitionRefused when it is noted already."""
    row = ControlItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    perform(row, "approve", account)
    row.finding = ""
    row.save()
    return row


@transaction.atomic
def object_to(item: ControlItem, account: Account, finding: str) -> ControlItem:
    """Note that they are not, and what was found. Raises ValidationError without words, TransitionRefused."""
    if not finding.strip():
        raise ValidationError(_("Write what was found: the report says it."))
    row = ControlItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    perform(row, "object", account)
    row.finding = finding.strip()
    row.full_clean()
    row.save()
    return row


def issue_report(control: Control, account: Account) -> IssuedDocument:
    """The report, once every journey drawn is looked at: it names journeys by their identifiers, and nobody.

    Raises ValidationError as long as one is to be looked at.
    """
    progress = queries.progress(control)
    if progress.result is None:
        raise ValidationError(_("Look at every journey drawn first: the report says what all of them show."))
    return issue(CONTROL.name, "journeys/control.typ", _data(control, account, progress), account)


def _data(control: Control, account: Account, progress: queries.Progress) -> dict[str, Any]:
    result = progress.result
    rows = list(queries.items(account, control))
    return {
        "title": _("Control of proofs: %(name)s") % {"name": control.name},
        "period": _("from %(first)s to %(last)s")
        % {"first": in_words(control.first_day), "last": in_words(control.last_day)},
        "programme": str(control.programme),
        "size": str(progress.drawn),
        "seed": str(control.seed),
        "rate": percent(result.rate) if result else "",
        "result": {
            "title": _("What it says of all the journeys"),
            "pairs": [
                [_("Journeys drawn"), str(progress.drawn)],
                [_("Not sound"), str(progress.unsound)],
                [_("Share not sound, estimated"), percent(result.rate) if result else ""],
                [_("At most, 95 times in 100"), percent(result.most_rate) if result else ""],
            ],
        },
        "drawn": {
            "title": _("How the journeys were drawn"),
            "text": _(
                "Each journey of the period had the same chance. They were taken at equal intervals from one random "
                "start, in the order of their identifiers, which are random too; the same seed over the same journeys "
                "draws the same ones."
            ),
            "pairs": [
                [_("Journeys in the period"), str(control.population)],
                [_("Journeys to draw"), str(control.size)],
                [_("Seed"), str(control.seed)],
                [_("Drawn on"), date_format(control.created_at, "DATE_FORMAT")],
                [_("Digest of what was drawn from (SHA-256)"), control.frame],
            ],
        },
        "items": {
            "title": _("Journeys drawn"),
            "header": [_("Number"), _("Identifier"), _("Proofs accepted"), _("State"), _("Finding")],
            "rows": [
                [
                    str(row.order),
                    str(row.journey_id)[:8],
                    str(row.accepted),
                    str(row.get_state_display()),
                    row.finding,
                ]
                for row in rows
            ],
        },
    }


def percent(share: float) -> str:
    """A share in per cent, to one decimal."""
    return _("%(share)s %%") % {"share": number_format(round(100 * share, 1), 1, use_l10n=True)}
