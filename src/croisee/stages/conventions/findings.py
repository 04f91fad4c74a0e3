"""What stands against signing a convention, or is to be checked: the law on its facts, and what is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext as _

from croisee.stages.conventions.entries import BY_NAME, PEOPLE, Content, Where
from croisee.stages.models import Signatory
from croisee.stages.rules_of_law import Facts, Finding, Severity, check

NEEDED = ("representative_name", "host_name", "address", "host_signatory", "tutor_name")
WISHED = ("siret", "teacher_name", "head_name", "activities", "lunch")


def findings(content: Content) -> list[Finding]:
    """What blocks, then what is to be checked."""
    found = [*check(facts(content)), *_missing(content), *_without_address(content)]
    return sorted(found, key=lambda finding: not finding.blocks)


def facts(content: Content) -> Facts:
    """The facts that the law is checked on."""
    return Facts(
        birth_date=dt.date.fromisoformat(content["birth_date"]),
        starts_on=dt.date.fromisoformat(content["starts_on"]),
        ends_on=dt.date.fromisoformat(content["ends_on"]),
        hours=content["hours"],
        public_host=content["public_host"],
        family_firm=content["family_firm"],
        least_hours=content["least_hours"],
    )


def where(field: str) -> str:
    """Where an entry is filled in, as a sentence."""
    return {
        Where.PUPIL: _("Fill it in on the pupil’s page, or here for this convention."),
        Where.SCHOOL: _("Fill it in on the page of the class or of the team."),
        Where.OFFER: _("The host fills it in on the offer; the school can write it here for this pupil."),
        Where.CONVENTION: _("Write it in the convention."),
    }[BY_NAME[field].where]


def _missing(content: Content) -> Iterator[Finding]:
    for names, severity in ((NEEDED, Severity.BLOCKS), (WISHED, Severity.TO_CHECK)):
        for name in names:
            if not content[name]:
                sentence = _("Missing: %(entry)s.") % {"entry": BY_NAME[name].label}
                yield Finding(severity, sentence, "", name, where(name))


def _without_address(content: Content) -> Iterator[Finding]:
    for signatory, (_name, address) in PEOPLE.items():
        if not content[address]:
            sentence = _("No e-mail address: %(who)s cannot be sent a link.") % {
                "who": Signatory(signatory).label
            }
            remedy = _("Add the address, or print the convention and have it signed on paper.")
            yield Finding(Severity.TO_CHECK, sentence, "", address, remedy)
    if content["pupil_email"] and content["pupil_email"] == content["representative_email"]:
        sentence = _("The pupil and the legal representative have the same e-mail address.")
        remedy = _("Check that each signs in person: both links go to that address.")
        yield Finding(Severity.TO_CHECK, sentence, "", "pupil_email", remedy)
