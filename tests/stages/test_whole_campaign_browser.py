"""One campaign from its first offer to its last attestation, everyone doing the whole of their part on screen.

The school enters its pupils, an employer proposes offers from a SIRET number, the manager accepts them, families rank,
the school enters a list given on paper, the manager places and publishes, the family reads why and confirms, four sign,
the host notes who came, both say how it was, the attestation is read back; who is elected sees figures alone.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import FilePayload, Page, expect

from croisee.directory.models import Person
from croisee.foundation import daily
from croisee.foundation.accounts.models import Account
from croisee.opportunities.models import Application, ApplicationState, Opportunity, OpportunityState, Period
from croisee.stages.models import Attendance, Convention, ConventionState, Internship, Review, Round
from croisee.stages.services import paper
from tests.browser import NARROW, Visit
from tests.stages.campaign_story import SIRET, Story, begin, follow, press, sees, text_of_pdf, work
from tests.stages.convention_helpers import listening
from tests.world import BORN, MONDAY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FIRM = "patron@example.org"
CLASS_LIST = f"""Nom;Prénom;Né(e) le;Division;Nom responsable;Mail responsable;Mail élève
MARTIN;Lina;{BORN:%d/%m/%Y};3e A;Anne Martin;anne@example.org;lina@example.org
DURAND;Zoé;{BORN:12/%m/%Y};3e A;Paul Durand;paul@example.org;zoe@example.org
BENALI;Ali;{BORN:01/%m/%Y};3e A;Samia Benali;;
"""
WORKSHOP, SHOP = "Atelier vélo", "Magasin de cycles"
PARENTS = {"Lina": "anne@example.org", "Zoé": "paul@example.org"}


def test_one_campaign_lived_by_everyone(visit: Visit, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    with listening(settings) as inbox:
        story = begin(visit, inbox, tmp_path)
        the_school_enters_its_pupils(story)
        an_employer_proposes(story)
        the_manager_accepts(story)
        the_employer_sees_it_published(story)
        story.day(1)
        families_rank(story)
        the_school_enters_a_list_on_paper(story)
        story.day(21)
        the_manager_places_and_publishes(story)
        story.day(23)
        name = the_family_reads_why_and_confirms(story)
        the_school_sends_the_convention(story, name)
        four_sign(story, name)
        the_week_comes(story)
        the_host_notes_who_came(story)
        the_week_is_over(story)
        both_say_how_it_was(story, name)
        the_attestation_is_read_back(story, name)
        who_is_elected_sees_figures_alone(story)
    visit.assert_quiet()


def the_school_enters_its_pupils(story: Story) -> None:
    page = story.as_(story.head)
    follow(page.get_by_role("main"), "Listes d’élèves")
    follow(page, "Importer les listes de classe")
    file = FilePayload(name="3e A.csv", mimeType="text/csv", buffer=CLASS_LIST.encode())
    page.locator("input[type=file]").first.set_input_files(file)
    press(page, "Voir ce que contiennent les fichiers")
    sees(page, "3e A")
    page.get_by_role("button", name="Importer", exact=True).click()
    sees(page, "3 élèves ajoutés.")
    assert Person.objects.count() == 3

    story.home()
    follow(page.get_by_role("main"), "Mes classes")
    follow(page, "Fixer les semaines")
    page.get_by_label("3e A").select_option(MONDAY.isoformat())
    press(page, "Fixer les semaines")
    sees(page, "Les semaines sont fixées.")

    story.home()
    follow(page.get_by_role("main"), "Listes d’élèves")
    follow(page, "3e A")
    follow(page, "MARTIN")
    press(
        page.locator("section", has=page.get_by_role("heading", name="À qui écrire")), "Inviter (Anne Martin)"
    )
    sees(page, "invité")
    follow(page, "3e A")
    page.get_by_role("button", name="Inviter les familles").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Inviter les familles").click()
    work()
    assert all(story.inbox.to(address) for address in PARENTS.values())


def an_employer_proposes(story: Story) -> None:
    """On a telephone, from the page that anyone opens: SIRET, link of the e-mail, two offers."""
    story.leave()
    page = story.page
    page.set_viewport_size({"width": NARROW, "height": 844})
    story.visit.open("/")
    follow(page, "Proposer un stage")
    page.get_by_label("Votre adresse électronique professionnelle").fill(FIRM)
    page.get_by_label("Numéro SIRET de votre établissement").fill(SIRET)
    press(page, "M’envoyer le lien")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Proposer un stage")
    story.by_link_to(FIRM)
    sees(page, "CYCLES DES ORMES")
    page.get_by_label("Votre nom").fill("Dominique Essai")
    press(page, "Continuer vers mon offre")
    expect(page.get_by_role("combobox", name="Adresse du stage")).to_have_value(
        re.compile("2 rue des Essais")
    )
    propose(page, WORKSHOP, seats=1)
    story.home()
    follow(page.get_by_role("main"), "Mes offres de stage")
    follow(page, "Proposer un stage")
    propose(page, SHOP, seats=2)


def propose(page: Page, title: str, seats: int) -> None:
    page.get_by_label("Titre").fill(title)
    page.get_by_label("Ce que l’élève verra et fera").fill(
        "Régler un vélo, du cadre au frein, puis l’essayer."
    )
    page.locator(f"#id_week_{MONDAY:%Y%m%d}").check()
    page.locator(f"#id_seats_{MONDAY:%Y%m%d}").fill(str(seats))
    page.get_by_label("Téléphone du tuteur").fill("02 99 00 00 00")
    press(page, "Proposer cette offre")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    assert Opportunity.objects.get(title=title).state == OpportunityState.SUBMITTED


def the_manager_accepts(story: Story) -> None:
    page = story.as_(story.manager)
    follow(page.get_by_role("main"), "Offres à vérifier")
    follow(page, WORKSHOP)
    sees(page, "Cycles des Ormes".upper())
    press(page, "Accepter et publier")
    # What waits next is there at once.
    expect(page.get_by_role("heading", level=1)).to_have_text(SHOP)
    press(page, "Accepter et publier")
    sees(page, "Aucune offre à vérifier")
    assert Opportunity.objects.filter(state=OpportunityState.PUBLISHED).count() == 2


def the_employer_sees_it_published(story: Story) -> None:
    work()
    page = story.as_(Account.objects.get(email=FIRM), NARROW)
    follow(page.get_by_role("main"), "Mes offres de stage")
    expect(page.get_by_role("cell", name="publiée").first).to_be_visible()
    assert len(story.inbox.to(FIRM)) >= 2


def families_rank(story: Story) -> None:
    """Each family signs in by a link, looks at the offers of the week, and puts the workshop before the shop."""
    for given_name, address in PARENTS.items():
        page = story.sign_in_by_mail(address)
        follow(page.get_by_role("main"), f"Stage pour {given_name}")
        follow(page, "Offres")
        follow(page, SHOP)
        sees(page, "CYCLES DES ORMES")
        page.go_back()
        press(page, f"Ajouter {SHOP}")
        press(page, f"Ajouter {WORKSHOP}")
        follow(page, "Vœux (2)")
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            press(page, f"Monter {WORKSHOP}")
        expect(page.locator(".ranking h3 a").first).to_have_text(WORKSHOP)
        sees(page, SHOP)
    assert Application.objects.filter(period__opportunity__title=WORKSHOP, rank=1).count() == 2


def the_school_enters_a_list_on_paper(story: Story) -> None:
    page = story.as_(story.teacher)
    follow(page.get_by_role("main"), "Mes classes")
    follow(page.locator(".tabs"), "Élèves")
    page.get_by_role("row", name="BENALI Ali").get_by_role("link", name="saisir les vœux").click()
    shop = Opportunity.objects.get(title=SHOP)
    page.locator("#id_wish1").fill(paper.code(shop.pk))
    press(page, "Enregistrer ces vœux")
    sees(page, SHOP)
    assert Application.objects.get(person__given_name="Ali").period.opportunity == shop


def the_manager_places_and_publishes(story: Story) -> None:
    page = story.as_(story.manager)
    follow(page.get_by_role("main"), story.campaign.name)
    press(page, "Calculer le tour")
    expect(page.locator("#progress-step")).to_have_text("En attente")
    work()
    expect(page.locator("#progress-step")).to_have_text("Terminé")
    follow(page, "Voir le résultat")
    sees(page, "avec une place")
    follow(page.locator(".tabs"), "Équité")
    follow(page.locator(".tabs"), "Vue d’ensemble")
    page.locator("summary", has_text="Publier").click()
    page.get_by_role("button", name="Publier").last.click()
    sees(page, "publié")
    assert Round.objects.get().published_at


def the_family_reads_why_and_confirms(story: Story) -> str:
    """The family that did not get its first wish reads why, then confirms; its child's given name."""
    story.campaign.refresh_from_db()
    place = Application.objects.exclude(person__given_name="Ali").get(
        state=ApplicationState.OFFERED, period__opportunity__title=SHOP
    )
    name: str = place.person.given_name
    work()
    page = story.sign_in_by_mail(PARENTS[name])
    follow(page.get_by_role("main"), f"Stage pour {name}")
    sees(page, "Pourquoi pas un vœu mieux classé")
    expect(page.get_by_role("main")).to_contain_text(WORKSHOP)
    press(page, "Confirmer la place")
    sees(page, "confirmée")
    place.refresh_from_db()
    assert place.state == ApplicationState.CONFIRMED
    return name


def the_school_sends_the_convention(story: Story, name: str) -> None:
    page = story.as_(story.head)
    follow(page.get_by_role("main"), "Mes classes")
    follow(page.locator(".tabs"), "Conventions")
    follow(page, name)
    sees(page, "Ce qui est convenu")
    page.go_back()
    press(page, "Préparer et envoyer 1 convention")
    expect(page.locator("#progress-step")).to_have_text("En attente")
    work()
    expect(page.locator("#progress-step")).to_have_text("Terminé")
    assert Convention.objects.get().state == ConventionState.READY


def four_sign(story: Story, name: str) -> None:
    """Pupil and tutor by the link of their e-mail, parent and head signed in; then all have receipts."""
    pupil, parent = f"{name.lower().replace('é', 'e')}@example.org", PARENTS[name]
    page = story.by_link_to(pupil)
    sign(page)
    sees(page, "Vous avez signé")
    page = story.as_(Account.objects.get(email=parent), NARROW)
    follow(page.get_by_role("main"), f"Stage pour {name}")
    follow(page, "La convention, à signer")
    follow(page, "Signer (représentant légal)")
    sign(page)
    page = story.by_link_to(FIRM)
    sign(page)
    sees(page, "Vous avez signé")
    page = story.as_(story.head)
    follow(page.get_by_role("main"), "Conventions")
    follow(page, name)
    follow(page, "Signer (")
    sign(page)
    sees(page, "signée")
    work()
    assert Convention.objects.get().state == ConventionState.SIGNED
    for address in (pupil, parent, FIRM, story.head.email):
        files = [part.get_filename() for part in story.inbox.to(address)[-1].iter_attachments()]
        assert files == ["convention.pdf"], address


def sign(page: Page) -> None:
    name = page.get_by_label("Vos prénom et nom")
    if not name.input_value():
        name.fill("Qui Signe")
    page.get_by_label("J’ai lu cette convention").check()
    press(page, "Signer")
    expect(page.get_by_label("J’ai lu cette convention")).to_have_count(0)


def the_week_comes(story: Story) -> None:
    """The internship began yesterday; it is held on every day, so that any day will do for this test."""
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    Period.objects.update(starts_on=yesterday, ends_on=yesterday + dt.timedelta(days=6))
    Internship.objects.update(hours={str(day): [["09:00", "12:00"]] for day in range(1, 8)})
    daily.due()


def the_host_notes_who_came(story: Story) -> None:
    page = story.as_(Account.objects.get(email=FIRM), NARROW)
    follow(page.get_by_role("main"), "En stage aujourd’hui")
    press(page, "Présent")
    expect(page.get_by_role("button", name="Présent")).to_have_attribute("aria-pressed", "true")
    sees(page, "Tous les jours")


def the_week_is_over(story: Story) -> None:
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    Attendance.objects.update(day=yesterday)
    Period.objects.update(ends_on=yesterday)
    daily.due()


def both_say_how_it_was(story: Story, name: str) -> None:
    for address, words in ((PARENTS[name], "J’ai réglé trois vélos."), (FIRM, "Curieuse et ponctuelle.")):
        page = story.as_(Account.objects.get(email=address), NARROW)
        follow(page.get_by_role("main"), "Votre bilan")
        page.get_by_label("5").check()
        page.get_by_label("En quelques mots").fill(words)
        press(page, "Envoyer mon bilan")
        sees(page, words)
    expect(page.get_by_text("J’ai réglé trois vélos.")).to_be_visible()
    assert Review.objects.count() == 2


def the_attestation_is_read_back(story: Story, name: str) -> None:
    """The family has the attestation; anyone checks its reference."""
    page = story.as_(Account.objects.get(email=PARENTS[name]), NARROW)
    follow(page.get_by_role("main"), f"Stage pour {name}")
    follow(page, "Attestation de stage")
    expect(page.get_by_role("button", name="Obtenir l’attestation (PDF)")).to_be_visible()
    # A PDF opens in the browser's own viewer, which no script reads: the form is sent as the button does.
    token = page.locator("main [name=csrfmiddlewaretoken]").input_value()
    sent = page.request.post(page.url, form={"csrfmiddlewaretoken": token}, headers={"Referer": page.url})
    (story.folder / "attestation.pdf").write_bytes(sent.body())
    text = text_of_pdf(story.folder / "attestation.pdf")
    assert name in text
    assert "CYCLES DES ORMES" in text
    found = re.search("attestation-(.+)[.]pdf", sent.headers["content-disposition"])
    assert found
    reference = found.group(1)
    story.leave()
    story.visit.open(reverse("documents:verify", args=[reference]))
    sees(page, "Cette référence est authentique")


def who_is_elected_sees_figures_alone(story: Story) -> None:
    page = story.as_(story.official)
    follow(page.get_by_role("main"), story.campaign.name)
    sees(page, "Le calendrier")
    for link in page.locator("main a").evaluate_all("found => found.map(link => link.href)"):
        if link.startswith(story.visit.site):
            page.goto(link)
            said = page.locator("body").inner_text()
            assert not any(family in said for family in ("MARTIN", "DURAND", "BENALI")), link
