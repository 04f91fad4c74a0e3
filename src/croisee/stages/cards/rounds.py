"""What the home pages say of the rounds."""

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import Card
from croisee.stages import wording
from croisee.stages.models import Round, RoundOffer, RoundPupil, RoundState
from croisee.stages.small_counts import is_hidden, shown


def rounds(account: Account) -> Card | None:
    """The latest round on files one may see; nothing where there is none: those of campaigns are on their pages."""
    on_files = Round.objects.visible_to(account).filter(campaign=None)
    latest = on_files.exclude(state=RoundState.DISCARDED).first()
    if latest is None:
        return None
    if not latest.has_result:
        return Card(latest.name, latest.get_state_display(), latest.get_absolute_url(), order=10)
    everyone = latest.summary["result"]["everyone"]
    text = _("%(placed)s pupils of %(pupils)s have a place.") % {
        name: wording.number(everyone[name])
        if account.has_role(Role.CAMPAIGN_MANAGER)
        else shown(everyone[name], everyone["pupils"])
        for name in ("placed", "pupils")
    }
    return Card(latest.name, text, latest.get_absolute_url(), order=10)


def internships(account: Account) -> Card | None:
    """The results of rounds on files that a family reads; nothing where there is none."""
    count = RoundPupil.objects.visible_to(account).filter(families=account).count()
    if not count:
        return None
    text = ngettext("%d result to read.", "%d results to read.", count) % count
    return Card(_("Results of rounds"), text, reverse("stages:my_internships"), order=10)


def offers(account: Account) -> Card | None:
    """An employer's offers in rounds on files; nothing where there is none."""
    count = RoundOffer.objects.visible_to(account).filter(round__campaign=None).count()
    if not count:
        return None
    text = ngettext("%d offer in a published round.", "%d offers in published rounds.", count) % count
    return Card(_("My company"), text, reverse("stages:my_offers"), order=10)


def latest_published() -> Card | None:
    """The last published round, in figures that everyone may read: none of a few pupils."""
    latest = Round.objects.filter(state=RoundState.PUBLISHED).order_by("-published_at").first()
    if latest is None:
        return None
    everyone = latest.summary["result"]["everyone"]
    placed, pupils = everyone["placed"], everyone["pupils"]
    text = _("%(placed)s pupils of %(pupils)s have a place, %(first)s of them on their first wish.") % {
        name: shown(everyone[name], pupils) for name in ("placed", "pupils", "first")
    }
    figure = "" if is_hidden(placed, pupils) else f"{number_format(100 * placed / max(pupils, 1), 1)} %"
    return Card(latest.name, text, reverse("portal:rules"), figure=figure, order=10)
