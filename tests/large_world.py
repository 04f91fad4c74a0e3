"""A world with many rows, that grows: to count what each page asks of the database, whatever the tables hold.

`LargeWorld.grow()` adds as much again of everything: pupils in classes, classes, schools, offers, hosts, wishes,
conventions in each state, presence, reviews, searches, colleagues. Rows are written through the models, many at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import Model
from django.utils import timezone

from croisee.directory.class_lists.kind import NAME as CLASS_LIST
from croisee.directory.models import (
    Capacity,
    Consent,
    Contact,
    Enrolment,
    Person,
    Purpose,
    Residence,
    SchoolClass,
)
from croisee.foundation.accounts.models import Account, Membership, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.foundation.imports.models import ImportDraft
from croisee.foundation.imports.services import begin
from croisee.foundation.notices.models import Ledger
from croisee.foundation.progress.services import run, start
from croisee.foundation.tables import read_bytes
from croisee.opportunities.models import (
    Application,
    ApplicationState,
    Ground,
    Opportunity,
    OpportunityState,
    Period,
    Report,
    SavedSearch,
)
from croisee.opportunities.sectors import Sector
from croisee.stages.conventions.entries import digest
from croisee.stages.conventions.gathering import gathered
from croisee.stages.files.columns import COLUMNS
from croisee.stages.models import (
    Attendance,
    Campaign,
    CampaignState,
    ClassWeek,
    Convention,
    ConventionState,
    ConventionVersion,
    Internship,
    Presence,
    Review,
    Round,
    Side,
    Signatory,
    Signature,
)
from croisee.stages.models.interchange import Direction, Exchange, PartnerSector, Rejection
from croisee.stages.models.internships import KIND
from croisee.stages.services import placing
from croisee.stages.services import rounds as round_services
from tests.business_large import LargeBusiness
from tests.clauses_large import LargeClauses
from tests.journeys_large import LargeJourneys
from tests.stages.test_rounds import OFFERS, PUPILS, WISHES
from tests.world import (
    ASKED_ON,
    BORN,
    HOURS,
    LAST_YEAR,
    MONDAY,
    YEAR,
    World,
    make_campaign,
    make_world,
    member,
    move,
)

PUPILS_A_CLASS, OFFERS_A_CAMPAIGN, SEATS, WISHES_EACH, SEVERAL = 12, 12, 6, 3, 6
# How many days ago each campaign began, beyond the ten of `make_campaign`, and how many rounds were published.
CAMPAIGNS = {
    "open": (0, 0),
    "closed": (-11, 0),
    "confirming": (-13, 0),
    "between": (-20, 1),
    "running": (-40, 2),
}
PATHS = (
    (),
    (ConventionState.READY,),
    (ConventionState.READY, ConventionState.SIGNING),
    (ConventionState.READY, ConventionState.SIGNED),
    (ConventionState.READY, ConventionState.SIGNED, ConventionState.RUNNING),
    (ConventionState.READY, ConventionState.SIGNED, ConventionState.RUNNING, ConventionState.DONE),
    (ConventionState.CANCELLED,),
)
SIGNED_IN = {ConventionState.SIGNING: 2, ConventionState.SIGNED: 4, ConventionState.RUNNING: 4}


def through(rows: Iterable[Model], *states: str) -> None:
    """Take rows along their lifecycle, all by the same states."""
    found = list(rows)
    for state in states:
        type(found[0])._base_manager.filter(pk__in=[row.pk for row in found]).update(state=state)


class LargeWorld:
    """Campaigns in several phases, and what hangs from them; `world` holds those who look at it."""

    def __init__(self) -> None:
        self.world: World = make_world()
        self.administrator = member(Role.ADMINISTRATOR, self.world.metropolis, "administrator@example.org")
        self.monday = timezone.localdate() - dt.timedelta(days=timezone.localdate().weekday())
        self.campaigns: dict[str, Campaign] = {"open": self.world.campaign}
        for name, (days, published) in list(CAMPAIGNS.items())[1:]:
            campaign = make_campaign(self.world.metropolis, None, days, name=f"Stages {name}")
            Campaign.objects.filter(pk=campaign.pk).update(published_turn=published)
            campaign.refresh_from_db()
            self.campaigns[name] = campaign
        self.classes: dict[str, list[SchoolClass]] = {name: [] for name in CAMPAIGNS}
        self.serial = 0
        self.schools = list(self.world.schools)
        for school in self.schools:
            self._classes(school)
        self.clauses = LargeClauses(self.world.metropolis, self.world.employers[0], self.world.families[0])
        self.journeys = LargeJourneys(self.world.metropolis, self.world.families[0], self.world.employers[0])
        self.business = LargeBusiness(self.world.metropolis, self.world.employers[0])
        self.grow(first=True)

    def monday_of(self, name: str) -> dt.date:
        """The week of a campaign."""
        return self.monday if name == "running" else MONDAY

    def grow(self, *, first: bool = False) -> None:
        """As much again of everything; the first time, also what there is one of."""
        self.serial += 1
        self._school()
        self._campaign_and_colleagues()
        for name in CAMPAIGNS:
            self._offers(name, self._hosts(name))
            pupils = [pupil for each in self.classes[name] for pupil in self._pupils(name, each)]
            self._wishes(name, pupils)
        if first:
            for name in ("closed", "confirming"):
                self._compute(name)
            placing.publish_round(
                Round.objects.get(campaign=self.campaigns["confirming"]), self.world.manager
            )
            self._round_from_files()
            self._drafts()
        else:
            self.clauses.grow()
            self.journeys.grow()
            self.business.grow()
        for name in ("confirming", "between", "running"):
            self._confirm(name)
        self._around()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # what a running database does by itself

    # Schools and pupils

    def _school(self) -> None:
        school = Organisation.objects.create(
            name=f"Collège ajouté {self.serial}", kind=Kind.SCHOOL, uai=f"035100{self.serial}Z"
        )
        for account, role in (
            (self.world.heads[0], Role.SCHOOL_HEAD),
            (self.world.staff[0], Role.SCHOOL_STAFF),
        ):
            Membership.objects.create(account=account, organisation=school, role=role, administers=True)
        self.schools.append(school)
        self._classes(school)

    def _classes(self, school: Organisation) -> None:
        for number, name in enumerate(CAMPAIGNS):
            school_class = SchoolClass.objects.create(
                school=school,
                school_year=YEAR,
                name=f"3e {number}{name}",
                teacher_name="Professeur Essai",
                teacher_email="professeur@example.org",
            )
            ClassWeek.objects.create(
                campaign=self.campaigns[name], school_class=school_class, monday=self.monday_of(name)
            )
            self.classes[name].append(school_class)

    def _pupils(self, name: str, school_class: SchoolClass) -> list[Person]:
        key = f"{self.serial}-{len(self.classes[name])}-{self.classes[name].index(school_class)}-{name}"
        pupils = Person.objects.bulk_create(
            Person(
                given_name=f"Élève{number}",
                family_name=f"Famille{key}",
                birth_date=BORN,
                address="2 rue des Essais 35000 Rennes",
                lon=-1.67,
                lat=48.1,
                residence=Residence.YES if number % 3 == 0 else Residence.NO,
                residence_on=ASKED_ON,
                needs="Ascenseur",
            )
            for number in range(PUPILS_A_CLASS)
        )
        Enrolment.objects.bulk_create(Enrolment(person=pupil, school_class=school_class) for pupil in pupils)
        accounts = Account.objects.bulk_create(
            Account(email=f"family{number}-{key}@example.org") for number in range(PUPILS_A_CLASS)
        )
        Membership.objects.bulk_create(
            Membership(account=account, organisation=school_class.school, role=Role.FAMILY)
            for account in accounts
        )
        # The first pupil of each class is a child of the family that looks at it all.
        owners = [self.world.families[0], *accounts[1:]]
        Contact.objects.bulk_create(
            Contact(
                person=pupil,
                capacity=Capacity.LEGAL_REPRESENTATIVE,
                name="Parent Essai",
                email=owner.email,
                account=owner,
            )
            for pupil, owner in zip(pupils, owners, strict=True)
        )
        Consent.objects.bulk_create(
            Consent(person=pupil, purpose=Purpose.SHARE_NEEDS) for pupil in pupils[::2]
        )
        return list(pupils)

    # Offers and wishes

    def _hosts(self, name: str) -> list[Organisation]:
        host = Organisation.objects.create(name=f"Hôte {name} {self.serial}", kind=Kind.EMPLOYER)
        Membership.objects.create(
            account=self.world.employers[0], organisation=host, role=Role.EMPLOYER, administers=True
        )
        return [self.world.hosts[0], host]

    def _offers(self, name: str, hosts: list[Organisation]) -> None:
        campaign, monday = self.campaigns[name], self.monday_of(name)
        offers = Opportunity.objects.bulk_create(
            Opportunity(
                kind=KIND,
                organisation=hosts[number % 2],
                title=f"Stage {name} {self.serial} {number}",
                sector=Sector.values[number % len(Sector.values)],
                address="1 rue des Essais",
                postcode="35000",
                city="Rennes",
                lon=-1.68 + number / 1000,
                lat=48.11,
                searchable=f"stage {number}",
                reserved_until=campaign.reserved_until,
            )
            for number in range(OFFERS_A_CAMPAIGN)
        )
        Period.objects.bulk_create(
            Period(
                opportunity=offer,
                starts_on=monday,
                ends_on=monday + dt.timedelta(days=4),
                seats=SEATS,
                reserved=1,
            )
            for offer in offers
        )
        Internship.objects.bulk_create(
            Internship(
                opportunity=offer,
                campaign=campaign,
                hours=HOURS,
                tutor_name="Tutrice",
                tutor_email="t@example.org",
            )
            for offer in offers
        )
        through(offers[1:], OpportunityState.SUBMITTED)
        through(offers[3:], OpportunityState.PUBLISHED)
        Opportunity.objects.filter(pk__in=[offer.pk for offer in offers[3:]]).update(
            published_at=timezone.now()
        )
        Report.objects.bulk_create(
            Report(opportunity=offer, ground=Ground.NOT_REAL, text="Fermé", reporter=reporter)
            for offer in offers[3:6]
            for reporter in (self.world.families[0], self.world.staff[0])
        )

    def periods(self, name: str) -> list[Period]:
        rows = Period.objects.filter(
            opportunity__internship__campaign=self.campaigns[name],
            opportunity__state=OpportunityState.PUBLISHED,
            starts_on=self.monday_of(name),
        )
        return list(rows.order_by("opportunity__created_at"))

    def _wishes(self, name: str, pupils: list[Person]) -> None:
        periods = self.periods(name)
        Application.objects.bulk_create(
            Application(
                person=pupil,
                period=periods[(place * 7 + rank) % len(periods)],
                call=self.campaigns[name].pk,
                rank=rank,
            )
            for place, pupil in enumerate(pupils)
            if place % PUPILS_A_CLASS != PUPILS_A_CLASS - 1
            for rank in range(1, WISHES_EACH + 1)
        )

    # Rounds

    def _compute(self, name: str) -> None:
        progress = placing.start_round(self.campaigns[name], 1, self.world.manager)
        run.call(str(progress.pk))
        progress.refresh_from_db()
        assert progress.state == "done", progress.problem
        self.campaigns[name].refresh_from_db()

    def _round_from_files(self) -> None:
        texts = {"offers": OFFERS, "pupils": PUPILS, "wishes": WISHES}
        round_ = round_services.prepare(self.world.manager, name="Fichiers", school_year=YEAR, seed=8)
        round_services.receive_files(
            round_,
            {kind: read_bytes(text.encode(), COLUMNS[kind], file=kind) for kind, text in texts.items()},
        )
        run.call(str(round_services.start_computing(round_, self.world.manager).pk))

    def _drafts(self) -> None:
        """Imports half done: a class list, the files of a round."""
        rows = [f"NOM{number};Prénom;{BORN:%d/%m/%Y};3e Z;;;;;" for number in range(40)] + [
            "X;;hier;3e Z;;;;;"
        ]
        head = "nom;prenom;date_naissance;classe;adresse;code_postal;ville;responsable;responsable_courriel"
        content = "\n".join([head, *rows]).encode()
        begin(
            CLASS_LIST,
            {"pupils": SimpleUploadedFile("liste.csv", content)},
            self.world.heads[0],
            f"school:{self.schools[0].pk}:{YEAR}",
        )
        round_ = round_services.prepare(self.world.manager, name="Autres", school_year=YEAR, seed=9)
        texts = {"offers": OFFERS.replace("2027-W05,1,0", "2027-W05,0,0"), "pupils": PUPILS, "wishes": WISHES}
        begin(
            round_services.IMPORT,
            {kind: SimpleUploadedFile(f"{kind}.csv", text.encode()) for kind, text in texts.items()},
            self.world.manager,
            str(round_.pk),
        )

    # Places, conventions, what follows

    def _confirm(self, name: str) -> None:
        """Most who wished get their first wish, as far as seats go; every other one confirms."""
        campaign = self.campaigns[name]
        asked = Application.objects.filter(call=campaign.pk, state=ApplicationState.ASKED, rank=1)
        given, left = [], {period.pk: period.seats - period.taken for period in self.periods(name)}
        for wish in asked.order_by("created_at"):
            if left[wish.period_id] > 0:
                left[wish.period_id] -= 1
                given.append(wish)
        if given:
            through(given, ApplicationState.OFFERED)
        offered = Application.objects.filter(call=campaign.pk, state=ApplicationState.OFFERED)
        offered = offered.order_by("created_at")
        offered.update(answer_by=campaign.confirm_by)
        own = Contact.objects.filter(account=self.world.families[0]).values("person")
        kept = [*offered.filter(person__in=own)[:1], *offered.exclude(person__in=own)]
        if kept := (kept if name == "running" else kept[: len(kept) // 2]):
            through(kept, ApplicationState.CONFIRMED)
            self._conventions(kept)

    def _conventions(self, places: list[Application]) -> None:
        content = gathered(places[0])
        rows = Convention.objects.bulk_create(Convention(application=place) for place in places)
        for number in (1, 2):
            ConventionVersion.objects.bulk_create(
                ConventionVersion(
                    convention=row,
                    number=number,
                    content=content | {"lunch": f"Repas {number}"},
                    sha256=digest(content | {"lunch": f"Repas {number}"}),
                )
                for row in rows
            )
        for rank, path in enumerate(PATHS):
            its = rows[rank :: len(PATHS)]
            if its and path:
                through(its, *path)
                self._signatures(its, SIGNED_IN.get(path[-1], 4 if ConventionState.SIGNED in path else 0))
            if its and ConventionState.RUNNING in path:
                self._afterwards(its)

    def _signatures(self, rows: list[Convention], signed: int) -> None:
        given = {"signed_at": timezone.now(), "document_sha256": "0" * 64, "method": "online"}
        Signature.objects.bulk_create(
            Signature(
                convention=row,
                signatory=signatory,
                name="Signataire",
                email=f"{signatory}@example.org",
                **(given if rank < signed else {}),
            )
            for row in rows
            for rank, signatory in enumerate(Signatory)
        )

    def _afterwards(self, rows: list[Convention]) -> None:
        Attendance.objects.bulk_create(
            Attendance(convention=row, day=self.monday + dt.timedelta(days=day), presence=Presence.PRESENT)
            for row in rows
            for day in range(5)
        )
        Review.objects.bulk_create(
            Review(convention=row, side=side, mark=4, text="Bien") for row in rows for side in Side
        )

    # What surrounds it

    def _campaign_and_colleagues(self) -> None:
        world, serial = self.world, self.serial
        for state, path in (("draft", ()), ("finished", (CampaignState.ANNOUNCED, CampaignState.FINISHED))):
            campaign = Campaign.objects.create(
                organisation=world.metropolis,
                name=f"Campagne {state} {serial}",
                school_year=LAST_YEAR,
                seed=3,
                reserved_until=world.campaign.reserved_until,
                **{
                    field.name: getattr(world.campaign, field.name)
                    for field in Campaign._meta.concrete_fields
                    if field.get_internal_type() == "DateTimeField" and not field.name.endswith("ed_at")
                },
            )
            if path:
                move(campaign, *path)
        for number in range(SEVERAL):
            for role, organisation in (
                (Role.CAMPAIGN_MANAGER, world.metropolis),
                (Role.SCHOOL_STAFF, world.schools[0]),
                (Role.EMPLOYER, world.hosts[0]),
            ):
                member(role, organisation, f"colleague-{role}-{serial}-{number}@example.org")

    def _around(self) -> None:
        world, serial = self.world, self.serial
        people = [
            world.manager,
            world.heads[0],
            world.staff[0],
            world.employers[0],
            world.families[0],
            world.official,
            self.administrator,
        ]
        SavedSearch.objects.bulk_create(
            SavedSearch(account=account, name=f"Recherche {serial} {number}", criteria={"q": "stage"})
            for account in people
            for number in range(SEVERAL)
        )
        Ledger.objects.bulk_create(
            Ledger(account=account, notice="opportunities.new_offers", key=f"{serial}-{number}")
            for account in people
            for number in range(SEVERAL)
        )
        for account in people:
            for number in range(3):
                start(placing.compute_round, account, f"Travail {number}", key="", round_id="none")
        Exchange.objects.bulk_create(Exchange(counts={"sent": number}) for number in range(SEVERAL))
        PartnerSector.objects.bulk_create(
            PartnerSector(uuid=f"{serial}-{number}", name=f"Secteur {serial} {number}")
            for number in range(SEVERAL)
        )
        Rejection.objects.bulk_create(
            Rejection(
                direction=Direction.OUT, remote_id=f"{serial}-{number}", code="missing", message="Manque"
            )
            for number in range(SEVERAL)
        )

    def draft(self, account: Account) -> ImportDraft:
        """The import that somebody has begun."""
        return ImportDraft.objects.filter(account=account).latest("created_at")
