"""Classes, people, contacts, consents."""

from croisee.directory.models.classes import Enrolment, SchoolClass
from croisee.directory.models.people import Capacity, Consent, Contact, Person, Purpose, Residence

__all__ = ["Capacity", "Consent", "Contact", "Enrolment", "Person", "Purpose", "Residence", "SchoolClass"]
