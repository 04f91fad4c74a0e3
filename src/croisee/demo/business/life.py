"""What happens at the incubator: contacts, a committee, appointments, the board, rooms, statements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from croisee.demo import people
from croisee.demo.business.founders import Founders, companies
from croisee.demo.directory import DOMAIN
from croisee.foundation.accounts.roles import Role
from croisee.foundation.lifecycles.services import perform
from croisee.incubation.models import (
    Advice,
    AdviceSlot,
    Booking,
    Candidature,
    CandidatureState,
    Committee,
    Enquiry,
    Expert,
    Incubator,
    Origin,
    Post,
    PostKind,
    Project,
    Reply,
    Score,
    SpaceKind,
)
from croisee.incubation.services import advice_bookings, statements

CONTACTS = (
    ("Mireille Kouadio", "J’aimerais ouvrir un salon de coiffure à domicile, par où commencer ?"),
    ("Enzo Caradec", "Je fabrique des meubles en palettes et je cherche un atelier deux jours par semaine."),
    ("Hawa Traoré", "Cuisine sénégalaise à emporter : j’ai besoin d’un laboratoire aux normes."),
    ("Paul Thébault", "Développeur indépendant, je cherche un poste dans un bureau partagé."),
)
QUESTIONS = (
    "Faut-il changer de statut en dépassant le plafond de la micro-entreprise ?",
    "Comment fixer mon prix horaire ?",
    "Quels prêts d’honneur pour acheter un véhicule ?",
    "Premier salarié : quelles aides et quelles obligations ?",
    "Relire mon contrat type avant de l’envoyer à un client.",
)
NOTICES = (
    (PostKind.OFFER, "Perceuse à colonne à prêter", "Disponible l’après-midi, atelier 2."),
    (
        PostKind.REQUEST,
        "Partager un stand au salon de mars",
        "Neuf mètres carrés, c’est trop grand pour moi seule.",
    ),
    (PostKind.REQUEST, "Commande groupée de cartons", "Qui en prendrait avec nous avant la fin du mois ?"),
    (PostKind.OFFER, "Relecture de devis", "Une heure le vendredi, contre un café."),
)


def make_life(incubator: Incubator, founders: Founders, experts: Sequence[Expert], today: date) -> None:
    """The weeks around today."""
    _contacts(incubator)
    _candidatures(incubator, founders.others, today)
    _appointments(founders, experts)
    _board(incubator, founders, today)
    _rooms(incubator, founders, today)
    month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    statements.prepare(incubator, month)


def _contacts(incubator: Incubator) -> None:
    origins = (Origin.OWN, Origin.CITESLAB, Origin.REFERENT, Origin.OWN)
    for rank, ((name, text), origin) in enumerate(zip(CONTACTS, origins, strict=True)):
        row = Enquiry.objects.create(
            incubator=incubator, name=name, email=f"contact{rank}@{DOMAIN}", text=text, origin=origin
        )
        if rank == len(CONTACTS) - 1:
            perform(row, "answer", None)


def _candidatures(incubator: Incubator, projects: Sequence[Project], today: date) -> None:
    """Some are judged and wait for a place, some are on the agenda of the next committee, one is a draft."""
    last = Committee.objects.create(
        incubator=incubator,
        held_on=today - timedelta(days=40),
        place="Centre d’affaires, grande salle",
        members="Leïla Morvan, centre d’affaires\nDidier Le Roux, boutique de gestion\nYann Kermorgant, PLIE",
    )
    coming = Committee.objects.create(
        incubator=incubator, held_on=today + timedelta(days=12), place="Centre d’affaires, grande salle"
    )
    for rank, project in enumerate(projects[:8]):
        judged = rank < 4
        candidature = Candidature.objects.create(
            project=project,
            committee=last if judged else coming if rank < 7 else None,
            wanted_kind=(SpaceKind.OFFICE, SpaceKind.WORKSHOP, SpaceKind.DESK)[rank % 3],
            wanted_surface=Decimal((18, 80, 6)[rank % 3]),
            wanted_from=today + timedelta(days=30),
            motivation="Travailler près de chez soi, avec d’autres, et recevoir des clients.",
            market="Une trentaine de clients réguliers, deux concurrents à l’autre bout de la métropole.",
            financing="Épargne de 6 000 €, prêt d’honneur demandé.",
            team="Seule au départ, un apprenti la deuxième année.",
            jobs_planned=2 + rank % 3,
        )
        if rank == 7:
            continue
        perform(project, "apply", None)
        candidature.submitted_on = today - timedelta(days=60 if judged else 6)
        candidature.save()
        perform(candidature, "submit", None)
        if judged:
            _judge(candidature, rank, last)
    perform(last, "close", None)


def _judge(candidature: Candidature, rank: int, committee: Committee) -> None:
    criteria = list(candidature.project.incubator.criteria.order_by("order"))
    marks = ((5, 4, 4, 3), (4, 3, 4, 4), (3, 4, 5, 4), (1, 2, 2, 1))[rank]
    Score.objects.bulk_create(
        Score(candidature=candidature, criterion=one, mark=mark, weight=one.weight)
        for one, mark in zip(criteria, marks, strict=True)
    )
    total = sum(one.weight * mark for one, mark in zip(criteria, marks, strict=True))
    candidature.score = round(Decimal(100 * total) / (5 * sum(one.weight for one in criteria)), 1)
    candidature.decided_on = committee.held_on
    if rank == 2:
        candidature.reserves = "Obtenir l’accord écrit de la banque sur la trésorerie."
    if rank == 3:
        candidature.reason = "Le marché n’est pas étudié : un accompagnement est proposé avant de revenir."
    candidature.save()
    perform(candidature, ("favour", "favour", "reserve", "refuse")[rank], None)
    project = candidature.project
    perform(project, "follow" if candidature.state == CandidatureState.REFUSED else "accept", None)


def _appointments(founders: Founders, experts: Sequence[Expert]) -> None:
    manager = people.account_of(Role.INCUBATOR_MANAGER)
    projects = [*founders.hosted[:6], *founders.others[:4]]
    for rank, project in enumerate(projects):
        slot = AdviceSlot.objects.filter(expert=experts[rank % len(experts)], appointments=None).order_by(
            "starts_at"
        )[rank // len(experts)]
        advice_bookings.book(slot, project, QUESTIONS[rank % len(QUESTIONS)], manager)
    start = timezone.now().replace(minute=0, second=0, microsecond=0) - timedelta(days=9)
    past = AdviceSlot.objects.create(
        expert=experts[0], starts_at=start, ends_at=start + timedelta(minutes=45)
    )
    held = Advice.objects.create(
        slot=past, project=founders.hosted[0], question=QUESTIONS[1], booked_by=manager
    )
    held.note = "Partir du temps réellement passé, trajets compris ; comparer à trois devis du secteur."
    held.save()
    perform(held, "attend", None)


def _board(incubator: Incubator, founders: Founders, today: date) -> None:
    tenants = companies(founders)
    for rank, (kind, title, text) in enumerate(NOTICES):
        post = Post.objects.create(
            incubator=incubator,
            organisation=tenants[rank],
            kind=kind,
            title=title,
            text=text,
            expires_on=today + timedelta(days=30),
        )
        if rank % 2 == 0:
            Reply.objects.create(
                post=post, organisation=tenants[rank + 4], text="Cela m’intéresse, je passe demain."
            )


def _rooms(incubator: Incubator, founders: Founders, today: date) -> None:
    tenants = companies(founders)
    rooms = list(incubator.spaces.filter(kind=SpaceKind.ROOM).order_by("name"))
    for day in range(-35, 15):
        on = today + timedelta(days=day)
        if on.weekday() > 4:
            continue
        for rank, room in enumerate(rooms):
            if (day + rank) % 3:
                continue
            start = timezone.make_aware(datetime.combine(on, time(9 + rank * 2)))
            Booking.objects.create(
                space=room,
                organisation=tenants[(day + 40 + rank) % len(tenants)],
                title="Rendez-vous client",
                starts_at=start,
                ends_at=start + timedelta(hours=2),
                price=room.hourly_price * 2,
            )
