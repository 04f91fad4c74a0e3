"""Alerts tell each offer once; checks point at what to read twice; personal data are exported and erased."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from croisee.foundation.notices.models import Ledger
from croisee.foundation.registry import personal_data
from croisee.opportunities.checks import warnings
from croisee.opportunities.models import Application, Ground, Opportunity, Report, SavedSearch
from croisee.opportunities.searching import Criteria
from croisee.opportunities.services import Refused, reports
from croisee.opportunities.services.searches import change_search, save_search, send_alerts
from tests.world import World

pytestmark = pytest.mark.django_db


def later(minutes: int) -> dt.datetime:
    return timezone.now() + dt.timedelta(minutes=minutes)


def publish_at(world: World, offer: int, moment: dt.datetime) -> None:
    Opportunity.objects.filter(pk=world.offers[offer].pk).update(published_at=moment)


def test_each_new_offer_is_told_once(world: World) -> None:
    save_search(world.families[0], "Scène", Criteria(text="theatre"))
    assert send_alerts(later(5)) == 0
    publish_at(world, 2, later(10))
    assert send_alerts(later(11)) == 0  # a little behind the clock
    assert send_alerts(later(20)) == 1
    assert send_alerts(later(20)) == 0
    assert send_alerts(later(30)) == 0
    written = Ledger.objects.get(notice="opportunities.new_offers")
    assert (written.account, written.context["count"]) == (world.families[0], 1)
    publish_at(world, 0, later(40))
    assert send_alerts(later(50)) == 0  # it is not what was searched


def test_a_search_without_alerts_is_silent_and_begins_again_at_now(world: World) -> None:
    search = save_search(world.families[0], "Tout", Criteria(), alerts=False)
    publish_at(world, 2, later(-1))
    assert send_alerts(later(20)) == 0
    change_search(search, "Tout", alerts=True)
    assert send_alerts(later(20)) == 0


def test_nobody_is_told_of_what_they_may_not_see(world: World) -> None:
    save_search(world.families[0], "Tout", Criteria())
    publish_at(world, 2, later(1))
    Opportunity.objects.filter(pk=world.offers[2].pk).update(state="unpublished")
    assert send_alerts(later(20)) == 0


def test_who_may_not_sign_in_is_not_written_to(world: World) -> None:
    save_search(world.families[0], "Tout", Criteria())
    publish_at(world, 2, later(1))
    world.families[0].is_active = False
    world.families[0].save()
    assert send_alerts(later(20)) == 0


def test_the_command_sends_them(world: World) -> None:
    out = StringIO()
    call_command("opportunities", "alerts", stdout=out)
    assert out.getvalue().strip()


def test_thirty_searches_are_enough(world: World) -> None:
    for number in range(30):
        save_search(world.families[0], f"R{number}", Criteria())
    with pytest.raises(Refused):
        save_search(world.families[0], "De trop", Criteria())


GOOD = "Vous découvrez la fabrication du pain et la vente, avec toute l’équipe, du pétrin au comptoir."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD, 0),
        (GOOD + " Produits frais.", 0),
        ("Pain.", 1),
        (GOOD + " Garçons uniquement.", 1),
        (GOOD + " Pas de voile, nationalité française.", 1),
        (GOOD + " Caution de 50 €.", 1),
        (GOOD + " Écrivez à patron@example.org.", 1),
        (GOOD + " Appelez le 06 12 34 56 78.", 1),
        (GOOD + " Appelez le +33612345678 ou patron@example.org", 2),
        (GOOD + " Envoyez votre passeport.", 1),
        (GOOD + " https://example.org", 1),
        (GOOD + " Horaires : 9 h 00 à 17 h 00, 35000 Rennes.", 0),
    ],
)
def test_what_stands_out_is_pointed_at(world: World, text: str, said: int) -> None:
    offer = world.offers[2]
    offer.kind = "essai"
    offer.description = text
    assert len(warnings(offer)) == said, warnings(offer)


def test_an_employer_without_a_number_and_a_place_without_a_point_are_said(world: World) -> None:
    offer = world.offers[2]
    offer.kind, offer.description, offer.lon, offer.lat = "essai", GOOD, None, None
    offer.organisation.siret = ""
    assert len(warnings(offer)) == 2


def test_personal_data_are_exported_and_erased(world: World) -> None:
    rules = dict(personal_data.items())
    world.wish(0, 0, 1)
    save_search(world.families[0], "Tout", Criteria(lon=1.0, lat=2.0))
    reports.report(world.offers[0], world.families[0], Ground.OTHER, "Texte")
    for model in (Application, SavedSearch, Report):
        rule = rules[model]
        rows = rule.concerns(world.families[0])
        assert rows.count() == 1
        assert rule.export(rows.get())
        assert rule.erase(rows) >= 1
        assert not rule.concerns(world.families[1]).exists()
    assert Report.objects.get().text == ""
    assert not SavedSearch.objects.exists()
    assert not Application.objects.exists()
