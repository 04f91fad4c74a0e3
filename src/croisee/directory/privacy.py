"""What is done with the directory's rows because they are about people."""

from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from croisee.directory.models import Consent, Contact, Enrolment, Person, SchoolClass
from croisee.foundation.registry import PersonalData, Retention, personal_data

YEARS_KEPT = 1
KEPT = _("A year after the pupil left the last class.")
PURPOSE = _("Give each pupil of 3e an internship, and follow it to its end.")


def _past(day: date) -> QuerySet[Person]:
    limit = day - timedelta(days=366 * YEARS_KEPT)
    recent = Enrolment.objects.filter(Q(left_on__isnull=True) | Q(left_on__gte=limit)).values("person")
    return Person.objects.filter(created_at__date__lt=limit).exclude(pk__in=recent)


def declare() -> None:
    """Announce purpose, retention, export and erasure of each model."""

    def rule(model, to_person, export):  # type: ignore[no-untyped-def]
        return PersonalData(
            purpose=PURPOSE,
            retention=Retention(KEPT, lambda day: model.objects.filter(**{f"{to_person}__in": _past(day)})),
            concerns=lambda account: model.objects.filter(
                **{"contacts__account" if model is Person else f"{to_person}__contacts__account": account}
            ),
            erase=lambda rows: rows.delete()[1].get(model._meta.label, 0),
            export=export,
        )

    personal_data.register(Person, rule(Person, "pk", lambda row: {"name": str(row)}))
    personal_data.register(Contact, rule(Contact, "person", lambda row: {"name": str(row)}))
    personal_data.register(Consent, rule(Consent, "person", lambda row: {"purpose": str(row)}))
    personal_data.register(Enrolment, rule(Enrolment, "person", lambda row: {"reference": str(row)}))
    personal_data.register(
        SchoolClass,
        PersonalData(
            purpose=_("Name the referent teacher on conventions."),
            retention=Retention(KEPT, lambda day: SchoolClass.objects.none()),
            concerns=lambda account: SchoolClass.objects.none(),
            erase=lambda rows: rows.update(teacher_name="", teacher_email=""),
            export=lambda row: {"class": row.name},
        ),
    )
