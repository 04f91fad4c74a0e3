"""Programmes of the demonstration, who follows people in them, and what people can be sent to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from croisee.demo import people
from croisee.demo.directory import DOMAIN
from croisee.foundation.accounts import services as accounts
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.journeys.models import (
    Action,
    Committee,
    Moment,
    Programme,
    ProgrammeKind,
    ProofKind,
    ProofRequirement,
    StepKind,
)
from croisee.journeys.services.returns import default_tables

COLLEAGUES = ("Aurélie Le Bihan", "Karim Benali", "Morgane Salaün")
REQUIRED = (
    (ProofKind.IDENTITY, Moment.ENTRY, None),
    (ProofKind.UNEMPLOYED, Moment.ENTRY, 3),
    (ProofKind.AGREEMENT, Moment.ENTRY, None),
    (ProofKind.QUESTIONNAIRE, Moment.EXIT, None),
)


class Offered(NamedTuple):
    """An action of the territory: its name, what one does there, the kind of step, themes of data·inclusion."""

    name: str
    text: str
    kind: StepKind
    themes: Sequence[str]


ACTIONS = (
    Offered(
        "Bilan d’orientation",
        "Six rendez-vous pour faire le point sur son expérience, ses envies et le marché du travail du bassin.",
        StepKind.DIAGNOSIS,
        ("choisir-un-metier--identifier-ses-points-forts-et-ses-competences",),
    ),
    Offered(
        "Permis de conduire accompagné",
        "Code et conduite à un tarif solidaire, avec un financement recherché au cas par cas.",
        StepKind.OBSTACLE,
        ("mobilite--preparer-un-permis-de-conduire-ou-se-reentrainer-a-la-conduite",),
    ),
    Offered(
        "Français à visée professionnelle",
        "Ateliers de français deux matinées par semaine, autour des situations de travail.",
        StepKind.TRAINING,
        ("lecture-ecriture-calcul--maitriser-le-francais",),
    ),
    Offered(
        "Découverte des métiers du bâtiment",
        "Trois semaines en atelier et une sur un chantier, avant une formation qualifiante.",
        StepKind.TRAINING,
        ("choisir-un-metier--decouvrir-un-metier-ou-un-secteur-d-activite",),
    ),
    Offered(
        "Du projet à l’entreprise",
        "Quatre ateliers pour vérifier son idée, ses chiffres et son statut, avant le centre d’affaires de quartier.",
        StepKind.BUSINESS_PROJECT,
        ("creer-une-entreprise--definir-son-projet-de-creation-d-entreprise",),
    ),
)


def make_programmes(today: date) -> list[Programme]:
    """A PLIE with a committee, paid in part by the FSE+, and a Maison de l’emploi without one; their actions."""
    home = people.account_of(Role.PROGRAMME_MANAGER).organisations(Role.PROGRAMME_MANAGER).get()
    plie, house = (
        Programme.objects.create(
            organisation=home,
            name="PLIE de la métropole",
            kind=ProgrammeKind.PLIE,
            description="Un référent unique pour un parcours jusqu’à l’emploi durable.",
            fse=True,
            fse_operation="202300000",
        ),
        Programme.objects.create(
            organisation=home,
            name="Maison de l’emploi",
            kind=ProgrammeKind.MDE,
            description="Un appui de quelques mois pour chercher et trouver.",
            has_committee=False,
            months=12,
            contact_weeks=6,
        ),
    )
    for kind, moment, months in REQUIRED:
        ProofRequirement.objects.create(programme=plie, kind=kind, moment=moment, months_valid=months)
    default_tables(plie)
    for offered in ACTIONS:
        _make_action(home, offered)
    for days in (-60, -25, 9):
        Committee.objects.create(
            programme=plie, held_on=today + timedelta(days=days), place="Maison de l’emploi, salle 2"
        )
    return [plie, house]


def _make_action(home: Organisation, offered: Offered) -> None:
    Action.objects.create(
        organisation=home,
        name=offered.name,
        description=offered.text,
        step_kind=offered.kind,
        is_published=True,
        type="formation" if offered.kind == StepKind.TRAINING else "accompagnement",
        themes=list(offered.themes),
        publics=["demandeurs-emploi"],
        fees="gratuit",
        welcome=["en-presentiel"],
        reach=["envoyer-un-courriel"],
        for_whom=["professionnels", "usagers"],
        email=f"actions@{DOMAIN}",
    )


def make_referents() -> list[Account]:
    """The demonstration's own référent first, then colleagues."""
    first = people.account_of(Role.REFERENT)
    home = first.organisations(Role.REFERENT).get()
    colleagues = [
        accounts.invite(f"referent{rank}@{DOMAIN}", home, Role.REFERENT, name).account
        for rank, name in enumerate(COLLEAGUES, 2)
    ]
    return [first, *colleagues]
