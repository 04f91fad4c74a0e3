"""People, with the least data that serves them; whom one writes to about them; what they consented to."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from croisee.directory import visibility
from croisee.directory.expressions import NAMES_KEY, PHONE_KEY
from croisee.foundation.accounts.fields import LowerEmailField
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.tracking import audited
from croisee.foundation.records import Record, VisibleQuerySet

if TYPE_CHECKING:
    from croisee.foundation.records import Reader


class Residence(models.TextChoices):
    """Whether somebody lives in a priority neighbourhood, as answered on a day and kept since."""

    UNKNOWN = "unknown", _("not asked yet")
    YES = "yes", _("yes")
    NO = "no", _("no")
    UNCERTAIN = "uncertain", _("uncertain")


class PersonQuerySet(VisibleQuerySet["Person"]):
    """People."""

    def visible_to(self, account: "Reader") -> Self:
        """Campaign managers: all pupils. Schools: their pupils of now. Families: the persons they are contacts of.

        Services add those whom they are about (`directory.visibility`), and keep them from campaign managers.
        """
        from croisee.directory.models.classes import Enrolment

        if not isinstance(account, Account):
            return self.none()
        own = Q(Exists(Contact.objects.filter(person=OuterRef("pk"), account=account)))
        own |= visibility.people_seen(account)
        if account.has_role(Role.CAMPAIGN_MANAGER):
            pupils = Q(Exists(Enrolment.objects.filter(person=OuterRef("pk"))))
            return self.filter(~visibility.people_apart() | pupils | own)
        if account.has_role(*SCHOOL):
            schools = account.organisations(*SCHOOL).values("pk")
            enrolled = Enrolment.objects.active().filter(school_class__school__in=schools)
            own |= Q(Exists(enrolled.filter(person=OuterRef("pk"))))
        return self.filter(own)


SCHOOL = (Role.SCHOOL_HEAD, Role.SCHOOL_STAFF)


@audited(personal=("given_name", "family_name", "birth_date", "address", "lon", "lat", "needs"))
class Person(Record):
    """Somebody whom the services are for. `address` may be empty once `residence` is known: the answer is enough.

    `residence`, `zone_codes`, `zone_generation` and `residence_on` are the answer about the home as it was on that
    day: later outlines do not change it. `needs` is what a host must know (given only with consent).
    """

    given_name = models.CharField(_("given name"), max_length=100)
    family_name = models.CharField(_("family name"), max_length=100)
    birth_date = models.DateField(_("birth date"))
    address = models.CharField(_("address"), max_length=300, blank=True)
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    residence = models.CharField(
        _("lives in a priority neighbourhood"),
        max_length=10,
        choices=Residence,
        default=Residence.UNKNOWN,
    )
    residence_on = models.DateField(_("answered on"), null=True, blank=True)
    residence_why = models.CharField(_("why uncertain"), max_length=200, blank=True)
    zone_codes = models.CharField(_("neighbourhood"), max_length=100, blank=True)
    zone_generation = models.PositiveSmallIntegerField(_("generation"), null=True, blank=True)
    needs = models.TextField(_("what a host must know"), max_length=500, blank=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["family_name", "given_name", "birth_date"]
        indexes = [
            models.Index(fields=["family_name", "given_name", "birth_date"]),
            models.Index(fields=["birth_date"], name="person_birth_date"),
            models.Index(NAMES_KEY, name="person_names_key"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(residence__in=Residence.values), name="person_residence_is_known"
            ),
            models.CheckConstraint(
                condition=Q(residence=Residence.UNKNOWN, residence_on__isnull=True)
                | Q(~Q(residence=Residence.UNKNOWN), residence_on__isnull=False),
                name="person_residence_has_its_date",
            ),
            models.CheckConstraint(
                condition=Q(lon__isnull=True, lat__isnull=True) | Q(lon__isnull=False, lat__isnull=False),
                name="person_point_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}"


class Capacity(models.TextChoices):
    """In what capacity somebody is written to about a person."""

    SELF = "self", _("the person")
    LEGAL_REPRESENTATIVE = "legal_representative", _("legal representative")


class ContactQuerySet(VisibleQuerySet["Contact"]):
    """Whom one writes to about people."""

    def visible_to(self, account: "Reader") -> Self:
        """One's own, and those of the pupils of one's school; of all pupils for campaign managers; as services add."""
        from croisee.directory.models.classes import Enrolment

        if not isinstance(account, Account):
            return self.none()
        own = Q(account=account) | visibility.contacts_seen(account)
        if account.has_role(Role.CAMPAIGN_MANAGER):
            return self.filter(own | Q(person__in=Person.objects.visible_to(account)))
        if account.has_role(*SCHOOL):
            pupils = Enrolment.objects.active().filter(
                school_class__school__in=account.organisations(*SCHOOL).values("pk")
            )
            own |= Q(person__in=pupils.values("person"))
        return self.filter(own)


@audited(personal=("name", "email", "phone"))
class Contact(Record):
    """Whom one writes to about a person: the person, or a legal representative; without e-mail, through the school.

    `account` is set when the contact was invited: it then sees what concerns the person.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="contacts", verbose_name=_("person"))
    capacity = models.CharField(_("capacity"), max_length=20, choices=Capacity)
    name = models.CharField(_("name"), max_length=150, blank=True)
    email = LowerEmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    account = models.ForeignKey(
        Account,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="contacts",
        verbose_name=_("account"),
    )

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["capacity", "created_at"]
        indexes = [
            models.Index(fields=["email"], name="contact_email"),
            models.Index(PHONE_KEY, name="contact_phone_key"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(capacity__in=Capacity.values), name="contact_capacity_is_known"
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(capacity=Capacity.SELF), name="contact_self_once"
            ),
            models.UniqueConstraint(
                fields=["person", "email"],
                condition=~Q(email="") & Q(capacity=Capacity.LEGAL_REPRESENTATIVE),
                name="contact_once_by_address",
                violation_error_message=_("This address is already there for this person."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email or str(self.get_capacity_display())


class Purpose(models.TextChoices):
    """What a consent is about."""

    SHARE_NEEDS = "share_needs", _("tell the host of an internship what it must know (health, disability...)")
    LATER_OFFERS = "later_offers", _("be told of apprenticeships and jobs after the internship")
    SHOW_INTERNSHIPS = "show_internships", _("show my référents that I was an intern, where and when")
    SHOW_APPRENTICESHIPS = "show_apprenticeships", _("show my référents that I was an apprentice")
    SHOW_CLAUSES = "show_clauses", _("show my référents that I worked under a social clause")
    SHOW_BUSINESS = "show_business", _("show my référents that I founded a company")
    SHOW_JOURNEY = (
        "show_journey",
        _("show the steps of my journey to the other services that I am followed by"),
    )
    KEEP_WAY = "keep_way", _("keep the outline of my way from one service to the next, so that I can show it")


OF_PUPILS = (Purpose.SHARE_NEEDS, Purpose.LATER_OFFERS)
"""What the school of a pupil records."""
CROSSINGS = (
    Purpose.SHOW_INTERNSHIPS,
    Purpose.SHOW_APPRENTICESHIPS,
    Purpose.SHOW_CLAUSES,
    Purpose.SHOW_BUSINESS,
    Purpose.SHOW_JOURNEY,
    Purpose.KEEP_WAY,
)
"""What a person alone says, about who sees one service's facts in another."""


class Given(models.TextChoices):
    """How a consent was given."""

    ONLINE = "online", _("on this site")
    PAPER = "paper", _("on paper")
    SPOKEN = "spoken", _("by word of mouth")


class ConsentQuerySet(VisibleQuerySet["Consent"]):
    """Consents."""

    def visible_to(self, account: "Reader") -> Self:
        """Those of the persons that one may see."""
        return self.filter(person__in=Person.objects.visible_to(account))

    def active(self) -> Self:
        """Given and not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)


@audited
class Consent(Record):
    """That somebody consented to a purpose, when, recorded by whom; until withdrawn (GDPR articles 6, 7, 9)."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="consents", verbose_name=_("person"))
    purpose = models.CharField(_("purpose"), max_length=30, choices=Purpose)
    given_at = models.DateTimeField(_("given on"), default=timezone.now)
    how = models.CharField(_("how it was given"), max_length=10, choices=Given, default=Given.ONLINE)
    recorded_by = models.ForeignKey(
        Account, models.SET_NULL, null=True, related_name="+", verbose_name=_("recorded by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn on"), null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["purpose", "given_at"]
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="consent_purpose_is_known"),
            models.CheckConstraint(condition=Q(how__in=Given.values), name="consent_how_is_known"),
            models.UniqueConstraint(
                fields=["person", "purpose"],
                condition=Q(withdrawn_at__isnull=True),
                name="consent_open_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_purpose_display())
