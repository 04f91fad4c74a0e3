"""What is done with classes, people, contacts, consents and organisations; each verb in one transaction."""

from croisee.directory.services.classes import delete_class, erase_class, may_erase, save_class
from croisee.directory.services.companies import add_organisation, prefill, prefill_school
from croisee.directory.services.consents import give_consent, withdraw_consent
from croisee.directory.services.contacts import (
    add_contact,
    change_contact,
    invite_class,
    invite_contact,
    remove_contact,
)
from croisee.directory.services.erasure import erase_people, erase_person
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

__all__ = [
    "Stale",
    "add_contact",
    "add_organisation",
    "add_pupil",
    "ask_home_again",
    "change_contact",
    "change_person",
    "come_back",
    "delete_class",
    "erase_class",
    "erase_people",
    "erase_person",
    "forget_address",
    "give_consent",
    "invite_class",
    "invite_contact",
    "leave",
    "may_erase",
    "move_pupil",
    "prefill",
    "prefill_school",
    "remove_contact",
    "save_class",
    "withdraw_consent",
]
