"""Classes, people, contacts, consents, work profiles."""

from croisee.directory.models.classes import Enrolment, SchoolClass
from croisee.directory.models.people import (
    CROSSINGS,
    OF_PUPILS,
    Capacity,
    Consent,
    Contact,
    Given,
    Person,
    Purpose,
    Residence,
)
from croisee.directory.models.profiles import Level, Mode, Profile, Sex

__all__ = [
    "CROSSINGS",
    "OF_PUPILS",
    "Capacity",
    "Consent",
    "Contact",
    "Enrolment",
    "Given",
    "Level",
    "Mode",
    "Person",
    "Profile",
    "Purpose",
    "Residence",
    "SchoolClass",
    "Sex",
]
