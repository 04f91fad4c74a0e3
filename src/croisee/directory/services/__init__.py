"""What is done with classes, people and what hangs on them, and organisations; each verb in one transaction."""

from croisee.directory.services.classes import delete_class, erase_class, may_erase, save_class
from croisee.directory.services.companies import add_organisation, prefill, prefill_school
from croisee.directory.services.consents import give_consent, withdraw_consent
from croisee.directory.services.contacts import (
    add_contact,
    change_contact,
    invite_class,
    invite_contact,
    remove_contact,
    write_own_contact,
)
from croisee.directory.services.erasure import erase_people, erase_person
from croisee.directory.services.identities import IDENTITY, AlreadyKnown, identified, people_named
from croisee.directory.services.people import (
    Stale,
    add_pupil,
    ask_home_again,
    change_person,
    come_back,
    forget_address,
    leave,
    move_pupil,
)
from croisee.directory.services.profiles import PROFILE_FIELDS, change_profile, forget_profiles

__all__ = [
    "IDENTITY",
    "PROFILE_FIELDS",
    "AlreadyKnown",
    "Stale",
    "add_contact",
    "add_organisation",
    "add_pupil",
    "ask_home_again",
    "change_contact",
    "change_person",
    "change_profile",
    "come_back",
    "delete_class",
    "erase_class",
    "erase_people",
    "erase_person",
    "forget_address",
    "forget_profiles",
    "give_consent",
    "identified",
    "invite_class",
    "invite_contact",
    "leave",
    "may_erase",
    "move_pupil",
    "people_named",
    "prefill",
    "prefill_school",
    "remove_contact",
    "save_class",
    "withdraw_consent",
    "write_own_contact",
]
