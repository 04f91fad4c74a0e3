"""What whoever checks an offer should look at twice. It points at words; a person decides."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from croisee.foundation import identifiers
from croisee.opportunities.kinds import kind_of
from croisee.territory.models import Establishment
from croisee.territory.wording import plain

if TYPE_CHECKING:
    from croisee.opportunities.models import Opportunity

SHORTEST_DESCRIPTION = 40
# Words about what must not decide (code du travail L.1132-1; code pénal 225-1, 225-2), and about money, plain.
_TURNS_AWAY = re.compile(
    r"\b(hommes?|femmes?|garcons?|filles?|masculins?|feminins?|sexe|nationalites?|origines?|etrangers?|immigr\w+"
    r"|religions?|religieu\w+|voiles?|musulman\w*|chretien\w*|catholiques?|juifs?|juives?|arabes?"
    r"|grossesse|enceinte|handicap\w*|maladies?|orientation sexuelle|syndicat\w*|physique agreable"
    r"|bonne presentation|banlieues?|age maximum|jeune et dynamique)\b"
)
_MONEY = re.compile(
    r"\b(euros?|payer|payant\w*|paiements?|frais (?:de|d|a|sont)|cautions?|virements?|cheques?|cotisations?"
    r"|rib|iban|carte bancaire|remuner\w+ (?:a|au) (?:la )?commission|acheter|achat obligatoire"
    r"|depots? de garantie|western union|paypal)\b"
)
_PERSONAL = re.compile(
    r"\b(carte d identite|passeport|numero de securite sociale|photos? d identite|photos? de vous)\b"
)
_EMAIL = re.compile(r"[\w.+-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+\.[a-z]{2,}", re.IGNORECASE)
_PHONE = re.compile(r"(?<!\d)(?:\+33|0033|0)\s?[1-9](?:[\s.\-]?\d{2}){4}(?!\d)")
_LINK = re.compile(r"https?://|www\.", re.IGNORECASE)


def warnings(opportunity: Opportunity) -> list[str]:
    """Sentences on what to look at before accepting an offer; empty when nothing stands out.

    At most two queries, and those of what its kind adds.
    """
    text = f"{opportunity.title}\n{opportunity.description}"
    words = plain(text)
    found = [
        (_("These words may turn some people away: %s."), _found(_TURNS_AWAY, words)),
        (_("The text speaks of money: %s."), _found(_MONEY, words) or ("€" if "€" in text else "")),
        (_("The text asks for personal data: %s."), _found(_PERSONAL, words)),
        (_("An e-mail address is in the text: %s."), _found(_EMAIL, text)),
        (_("A telephone number is in the text: %s."), _found(_PHONE, text)),
    ]
    sentences = [sentence % what for sentence, what in found if what]
    if _LINK.search(text):
        sentences.append(_("The text holds a link to a site."))
    if len(opportunity.description.strip()) < SHORTEST_DESCRIPTION:
        sentences.append(_("The description is too short to know what one does there."))
    sentences += [sentence for sentence in (_about_siret(opportunity), _about_place(opportunity)) if sentence]
    return sentences + [str(sentence) for sentence in kind_of(opportunity).warnings(opportunity)]


def _found(pattern: re.Pattern[str], text: str) -> str:
    """What the pattern finds, once each, in order; the first five."""
    matches = dict.fromkeys(match.group(0) for match in pattern.finditer(text))
    return ", ".join(list(matches)[:5])


def _about_siret(opportunity: Opportunity) -> str:
    siret = opportunity.organisation.siret
    if not siret:
        return _("The employer has no SIRET number here.")
    try:
        identifiers.siret(siret)
    except identifiers.InvalidIdentifier:
        return _("The SIRET number of the employer is not valid.")
    known = Establishment.objects.filter(siret=siret).exists()
    if known or not Establishment.objects.exists():
        return ""
    return _("The SIRET number is not among the establishments loaded from SIRENE.")


def _about_place(opportunity: Opportunity) -> str:
    if opportunity.lon is None:
        return _("The address has no point: pupils cannot know how far it is.")
    return ""
