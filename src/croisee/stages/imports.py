"""The three files of a round, sent through the import: checked together, kept when nothing is wrong."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.imports.kinds import ImportKind, Slot, Tables, register
from croisee.foundation.tables import Fault, FaultyInput
from croisee.stages.files.columns import COLUMNS
from croisee.stages.files.reading import check_tables
from croisee.stages.models import Round, RoundState
from croisee.stages.services import rounds as services


def _check(tables: Tables) -> list[Fault]:
    return check_tables(tables["offers"], tables["pupils"], tables["wishes"]).faults


def _apply(tables: Tables, account: Account, target: str) -> str:
    try:
        round_ = Round.objects.visible_to(account).get(pk=UUID(target), state=RoundState.DRAFT)
    except (ValueError, Round.DoesNotExist):
        problem = _("these files go into no round in preparation.")
        remedy = _("Start from the page of the round; one that is computed is first prepared again.")
        raise FaultyInput([Fault(tables["offers"].file, None, None, str(problem), str(remedy))]) from None
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
    )
)
