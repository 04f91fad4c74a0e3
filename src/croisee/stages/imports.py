"""The three files of a round, sent through the import: checked together, kept when nothing is wrong."""

from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.imports.kinds import ImportKind, Slot, Tables, Target, TargetRefused, register
from croisee.foundation.tables import Fault
from croisee.stages.files.columns import COLUMNS
from croisee.stages.files.reading import check_tables
from croisee.stages.models import Round, RoundState
from croisee.stages.services import rounds as services


def _target(key: str, account: Account) -> Target:
    """The round of that identifier, while it is in preparation."""
    try:
        round_ = Round.objects.visible_to(account).get(pk=UUID(key), state=RoundState.DRAFT)
    except (ValueError, Round.DoesNotExist):
        raise TargetRefused(
            gettext("these files go into no round in preparation."),
            gettext("Start from the page of the round; one that is computed is first prepared again."),
        ) from None
    return Target(key, round_.name, round_.get_absolute_url(), round_)


def _check(tables: Tables, target: Target) -> list[Fault]:
    return check_tables(tables["offers"], tables["pupils"], tables["wishes"]).faults


def _apply(tables: Tables, account: Account, target: Target) -> str:
    round_: Round = target.value
    services.receive_files(round_, tables)
    return round_.get_absolute_url()


ROUND_FILES = register(
    ImportKind(
        services.IMPORT,
        _("Files of a round"),
        slots=(
            Slot(
                "offers",
                _("Offers"),
                tuple(COLUMNS["offers"]),
                _("One row an offer in a week, with its seats."),
            ),
            Slot(
                "pupils",
                _("Pupils"),
                tuple(COLUMNS["pupils"]),
                _("One row a pupil, by the school's reference."),
            ),
            Slot(
                "wishes", _("Wishes"), tuple(COLUMNS["wishes"]), _("One row a wish: who, which rank, what.")
            ),
        ),
        validate=_check,
        apply=_apply,
        roles=(Role.CAMPAIGN_MANAGER,),
        target=_target,
    )
)
