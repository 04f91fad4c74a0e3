"""What is done with the directory's rows because they are about people."""

from datetime import date, timedelta
from typing import Any

from django.db.models import F, Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from croisee.directory import visibility
from croisee.directory.models import Capacity, Consent, Contact, Enrolment, Person, Profile, SchoolClass
from croisee.directory.services.erasure import erase_contacts, erase_people
from croisee.directory.services.profiles import forget_profiles
from croisee.foundation.accounts.models import Account
from croisee.foundation.registry import PersonalData, Retention, personal_data

DAYS_KEPT = 366
KEPT = _("A year after the pupil left the last class, or the school year of that class ended.")
PURPOSE = _("Give each pupil of 3e an internship, and follow it to its end.")


def last_school_year_kept(day: date) -> str:
    """The newest school year whose classes are past their time on `day`: it ended, in August, a year ago or more."""
    limit = day - timedelta(days=DAYS_KEPT)
    ended = limit.year if limit.month > 8 else limit.year - 1
    return f"{ended - 1}-{ended}"


def people_past(day: date) -> QuerySet[Person]:
    """Who left, or whose last class is of a school year that ended, a year ago or more; who never was in one.

    Those whom another service still needs stay (`directory.visibility`).
    """
    limit = day - timedelta(days=DAYS_KEPT)
    still = Q(left_on__isnull=True) | Q(left_on__gte=limit)
    recent = Enrolment.objects.filter(still, school_class__school_year__gt=last_school_year_kept(day))
    past = Person.objects.filter(created_at__date__lt=limit).exclude(pk__in=recent.values("person"))
    return past.filter(~visibility.people_needed(day))


def _hanging(model: Any, day: date) -> QuerySet[Any]:
    """Rows that go with their person: they are counted here, and gone once the people are erased."""
    rows: QuerySet[Any] = model.objects.filter(person__in=people_past(day))
    return rows


def _of_oneself(account: Account) -> Any:
    return Contact.objects.filter(account=account, capacity=Capacity.SELF).values("person")


_ENROLMENTS = Prefetch(
    "person__enrolments",
    Enrolment.objects.select_related("school_class__school").order_by(F("left_on").desc(nulls_first=True)),
)


def declare() -> None:
    """Announce purpose, retention, export and erasure of each model.

    An account's own data are those of the pupil who is its contact as oneself. A legal representative's erasure takes
    the contact out, not the child; the export of the contact tells what is kept of the child.
    """
    personal_data.register(
        Person,
        PersonalData(
            purpose=PURPOSE,
            retention=Retention(KEPT, people_past),
            concerns=lambda account: Person.objects.filter(pk__in=_of_oneself(account)),
            erase=erase_people,
            export=_person,
        ),
    )
    personal_data.register(
        Contact,
        PersonalData(
            purpose=_("Write to the pupil or the legal representatives, and let them sign in."),
            retention=Retention(KEPT, lambda day: _hanging(Contact, day)),
            concerns=lambda account: (
                Contact.objects.filter(account=account).select_related("person").prefetch_related(_ENROLMENTS)
            ),
            erase=erase_contacts,
            export=_contact,
        ),
    )
    personal_data.register(
        Consent,
        PersonalData(
            purpose=_("Prove what was consented to, when, and recorded by whom."),
            retention=Retention(KEPT, lambda day: _hanging(Consent, day)),
            concerns=lambda account: Consent.objects.filter(person__in=_of_oneself(account)),
            erase=_deleted,
            export=lambda row: {
                "purpose": str(row),
                "given_at": row.given_at.isoformat(),
                "withdrawn_at": row.withdrawn_at.isoformat() if row.withdrawn_at else None,
            },
        ),
    )
    personal_data.register(
        Enrolment,
        PersonalData(
            purpose=PURPOSE,
            retention=Retention(KEPT, lambda day: _hanging(Enrolment, day)),
            concerns=lambda account: Enrolment.objects.filter(person__in=_of_oneself(account)).select_related(
                "school_class__school"
            ),
            erase=_deleted,
            export=_enrolment,
        ),
    )
    personal_data.register(
        Profile,
        PersonalData(
            purpose=_("Look for work with the person, once for all the services that do."),
            retention=Retention(
                _("As long as a service looks for work with the person."),
                lambda day: _hanging(Profile, day),
            ),
            concerns=lambda account: Profile.objects.filter(person__in=_of_oneself(account)),
            erase=lambda rows: forget_profiles(list(rows.values_list("person", flat=True))),
            export=_profile,
        ),
    )
    personal_data.register(
        SchoolClass,
        PersonalData(
            purpose=_("Name the referent teacher on conventions."),
            retention=Retention(_("A year after the school year of the class."), _teachers_past),
            concerns=lambda account: SchoolClass.objects.filter(teacher_email=account.email).exclude(
                teacher_email=""
            ),
            erase=lambda rows: rows.update(teacher_name="", teacher_email=""),
            export=lambda row: {"class": row.name, "teacher": row.teacher_name, "email": row.teacher_email},
        ),
    )


def _deleted(rows: QuerySet[Any]) -> int:
    return rows.delete()[1].get(rows.model._meta.label, 0)


def _teachers_past(day: date) -> QuerySet[SchoolClass]:
    named = ~Q(teacher_name="") | ~Q(teacher_email="")
    return SchoolClass.objects.filter(named, school_year__lte=last_school_year_kept(day))


def _person(row: Person) -> dict[str, object]:
    return {
        "given_name": row.given_name,
        "family_name": row.family_name,
        "birth_date": row.birth_date.isoformat(),
        "address": row.address,
        "point": [row.lon, row.lat] if row.lon is not None else None,
        "priority_neighbourhood": row.residence,
        "answered_on": row.residence_on.isoformat() if row.residence_on else None,
        "neighbourhood": row.zone_codes,
        "needs": row.needs,
    }


def _profile(row: Profile) -> dict[str, object]:
    return {
        "sex": row.sex,
        "level": row.level,
        "jobs": row.jobs,
        "weekly_hours": float(row.weekly_hours),
        "available_from": row.available_from and row.available_from.isoformat(),
        "available_until": row.available_until and row.available_until.isoformat(),
        "travels": row.mode,
        "minutes": row.minutes,
    }


def _enrolment(row: Enrolment) -> dict[str, object]:
    return {
        "reference": row.reference,
        "class": row.school_class.name,
        "school": row.school_class.school.name,
        "school_year": row.school_class.school_year,
        "left_on": row.left_on.isoformat() if row.left_on else None,
    }


def _contact(row: Contact) -> dict[str, object]:
    told: dict[str, object] = {
        "capacity": row.capacity,
        "name": row.name,
        "email": row.email,
        "phone": row.phone,
    }
    if row.capacity == Capacity.LEGAL_REPRESENTATIVE:
        told["pupil"] = _person(row.person) | {
            "classes": [_enrolment(one) for one in row.person.enrolments.all()]
        }
    return told
