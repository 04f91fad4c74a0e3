"""Under which title somebody occupies premises, and what the law says of how long: pure rules, no database.

Two services let premises (the incubator and the supply of premises); both ask here. Days are whole days, both ends of
a period in it; months are those of the calendar.
"""

import datetime as dt
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from croisee.foundation.dates import add_months, in_words, last_day, months_left

ONE_DAY = dt.timedelta(days=1)
DEROGATORY_MONTHS = 36
"""Three years (C. com. L145-5, since the law of 18 June 2014); a service that keeps dated figures reads it there."""
MONTHS_PAST_TERM = 1
WARNED_BEFORE = (180, 90, 30)
"""Days before the term on which a manager is warned."""


class Tenure(TextChoices):
    """The contract under which premises are occupied."""

    DEROGATORY = "derogatory", gettext_lazy("short lease (bail dérogatoire, C. com. L145-5)")
    PRECARIOUS = "precarious", gettext_lazy("precarious occupation (convention, C. com. L145-5-1)")
    COMMERCIAL = "commercial", gettext_lazy("commercial lease (bail commercial 3-6-9)")
    PROFESSIONAL = "professional", gettext_lazy("professional lease (bail professionnel)")
    PUBLIC_DOMAIN = "public_domain", gettext_lazy("occupation of the public domain (AOT, COT)")
    SERVICES = "services", gettext_lazy("services with a seat (contrat de prestations, coworking)")


ON_PUBLIC_DOMAIN = (Tenure.PUBLIC_DOMAIN, Tenure.SERVICES)
"""What is possible in a building of the public domain."""


# How long


@dataclass(frozen=True, order=True, slots=True)
class Span:
    """Days from `first` to `last`, both included."""

    first: dt.date
    last: dt.date


@dataclass(frozen=True, order=True, slots=True)
class Duration:
    """Whole months of the calendar, and the days that are left."""

    months: int
    days: int = 0

    def __str__(self) -> str:
        months = ngettext("%(n)d month", "%(n)d months", self.months) % {"n": self.months}
        days = ngettext("%(n)d day", "%(n)d days", self.days) % {"n": self.days}
        if not self.days:
            return months
        return _("%(months)s and %(days)s") % {"months": months, "days": days} if self.months else days


NOTHING = Duration(0)


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same days in as few spans as possible, in order: what overlaps or follows without a gap is one."""
    found: list[Span] = []
    for span in sorted(one for one in spans if one.first <= one.last):
        if found and span.first <= found[-1].last + ONE_DAY:
            found[-1] = Span(found[-1].first, max(found[-1].last, span.last))
        else:
            found.append(span)
    return found


def length(span: Span) -> Duration:
    """How long one span is: from 1 January to 31 December, twelve months exactly."""
    months = months_left(span.first, span.last)
    rest = last_day(span.first, months) + ONE_DAY if months else span.first
    return Duration(months, (span.last - rest).days + 1)


def cumulated(periods: Iterable[Span]) -> Duration:
    """How long all periods are together: days that two contracts share count once, days between two do not count.

    What follows without a gap is counted on the calendar as one. Periods with a gap are put end to end from the first
    day of the first: their whole months first, then the days left of each. (C. com. L145-5: « la durée totale du bail
    ou des baux successifs ».)
    """
    runs = merged(periods)
    if not runs:
        return NOTHING
    lengths = [length(run) for run in runs]
    months = sum(one.months for one in lengths)
    after = last_day(runs[0].first, months) if months else runs[0].first - ONE_DAY
    return length(Span(runs[0].first, after + dt.timedelta(days=sum(one.days for one in lengths))))


def last_day_allowed(
    periods: Sequence[Span], starts_on: dt.date, months: int = DEROGATORY_MONTHS
) -> dt.date | None:
    """The last day that a lease from `starts_on` may have, after `periods` in the same premises; None when it has none.

    C. com. L145-5: all leases of a tenant for one business in the same premises last three years at most, altogether:
    thirty-six months exactly are allowed, a day more is not.
    """
    day = last_day(starts_on, months)
    while day >= starts_on and cumulated([*periods, Span(starts_on, day)]) > Duration(months):
        day -= ONE_DAY
    return day if day >= starts_on else None


# What happens at the term


def last_day_to_act(term: dt.date) -> dt.date:
    """The last day on which a tenant may still be there with no commercial lease: one month after the term.

    C. com. L145-5, second paragraph: « au plus tard à l’issue d’un délai d’un mois à compter de l’échéance ». The month
    is counted to the same day of the next one; where that has no such day, to its last (code de procédure civile,
    641): a term on 31 January leaves until 28 or 29 February.
    """
    return add_months(term, MONTHS_PAST_TERM)


def commercial_lease_arises_on(term: dt.date) -> dt.date:
    """The day from which a tenant who stays, and is left there, has a commercial lease: the day after that month."""
    return last_day_to_act(term) + ONE_DAY


class Stage(IntegerChoices):
    """How near the term is."""

    HALF_A_YEAR = 180, gettext_lazy("ends within six months")
    THREE_MONTHS = 90, gettext_lazy("ends within three months")
    ONE_MONTH = 30, gettext_lazy("ends within a month")
    PAST = 0, gettext_lazy("term passed: act now")
    ARISEN = -1, gettext_lazy("more than a month past the term")


@dataclass(frozen=True, slots=True)
class Alert:
    """What is to be said of a term: how near it is, the day on which that began, and the term itself."""

    stage: Stage
    since: dt.date
    term: dt.date

    @property
    def tone(self) -> str:
        """The class of its badge."""
        if self.stage in (Stage.PAST, Stage.ARISEN):
            return "bad"
        return "info" if self.stage == Stage.HALF_A_YEAR else "warn"


def alerts(term: dt.date, today: dt.date, left_on: dt.date | None = None) -> list[Alert]:
    """The alerts about a term that have been reached by `today`, in order; none for who left in time.

    180, 90 and 30 days before the term; from the day after it, one must act; a month later it is too late.
    """
    arises = commercial_lease_arises_on(term)
    if left_on is not None and left_on < arises:
        return []
    reached = [
        Alert(Stage(days), term - dt.timedelta(days=days), term)
        for days in WARNED_BEFORE
        if today >= term - dt.timedelta(days=days)
    ]
    if today > term:
        reached.append(Alert(Stage.PAST, term + ONE_DAY, term))
    if today >= arises:
        reached.append(Alert(Stage.ARISEN, arises, term))
    return reached


def alert(term: dt.date, today: dt.date, left_on: dt.date | None = None) -> Alert | None:
    """The last of the alerts reached: what is true today."""
    return next(iter(reversed(alerts(term, today, left_on))), None)


def said(kind: str, found: Alert, today: dt.date) -> str:
    """An alert in words, with what follows by law for that kind of contract, and its article."""
    days = (found.term - today).days
    values = {
        "term": in_words(found.term),
        "limit": in_words(last_day_to_act(found.term)),
        "arises": in_words(commercial_lease_arises_on(found.term)),
    }
    if found.stage == Stage.ARISEN:
        return _too_late(kind) % values
    if found.stage == Stage.PAST:
        return _past(kind) % values
    if days <= 0:
        begin = _("The term is today.")
    else:
        begin = ngettext("The term is tomorrow, %(term)s.", "The term is in %(n)d days, on %(term)s.", days)
    return f"{begin % {**values, 'n': days}} {_ahead(kind) % values}"


def _ahead(kind: str) -> str:
    words = {
        Tenure.DEROGATORY: _(
            "Left in the premises after %(limit)s, the company would have a commercial lease (C. com. L145-5)."
        ),
        Tenure.PRECARIOUS: _(
            "The occupation may last no longer than the cause of its precarity (C. com. L145-5-1)."
        ),
        Tenure.COMMERCIAL: _(
            "Without notice given six months before, the lease goes on by tacit extension (C. com. L145-9)."
        ),
        Tenure.PROFESSIONAL: _(
            "Without notice given six months before, the lease is renewed for the same length (law of 23 December "
            "1986, article 57 A)."
        ),
        Tenure.PUBLIC_DOMAIN: _(
            "Nobody may occupy the public domain without a title (CGPPP L2122-1): a new one is preceded by publicity "
            "where it is economic (L2122-1-1)."
        ),
        Tenure.SERVICES: _("The contract is renewed in writing, or the seat is given back."),
    }
    return words[Tenure(kind)]


def _past(kind: str) -> str:
    words = {
        Tenure.DEROGATORY: _(
            "The term was %(term)s. Act by %(limit)s: have the premises given back, or sign what follows. From "
            "%(arises)s a company that is left there has a commercial lease (C. com. L145-5)."
        ),
        Tenure.COMMERCIAL: _(
            "The term was %(term)s: the lease goes on by tacit extension until notice is given (C. com. L145-9)."
        ),
        Tenure.PROFESSIONAL: _(
            "The term was %(term)s: without notice, the lease is renewed for the same length (law of 23 December "
            "1986, article 57 A)."
        ),
        Tenure.PUBLIC_DOMAIN: _(
            "The term was %(term)s: the company occupies the public domain without a title (CGPPP L2122-1). Have the "
            "premises given back, or sign what follows."
        ),
    }
    return words.get(Tenure(kind)) or _(
        "The term was %(term)s: the company is there without a contract. Have the premises given back, or sign what "
        "follows."
    )


def _too_late(kind: str) -> str:
    words = {
        Tenure.DEROGATORY: _(
            "A commercial lease has arisen on %(arises)s: the company was left in the premises more than a month after "
            "the term of %(term)s (C. com. L145-5). Have a lawyer look at it before anything is signed."
        ),
        Tenure.PRECARIOUS: _(
            "The company is still there more than a month after the term of %(term)s: a judge may see a commercial "
            "lease in it, if the cause of the precarity is gone (C. com. L145-5-1)."
        ),
    }
    return words.get(Tenure(kind)) or _past(kind)


# What may be signed


def refused_here(kind: str, *, public_domain: bool) -> str:
    """Why a contract is not possible in a building; empty when it is. No lease on the public domain."""
    if not public_domain or kind in ON_PUBLIC_DOMAIN:
        return ""
    return _(
        "The building is of the public domain: no lease is possible there, only a precarious and revocable title "
        "(CGPPP L2122-1), after publicity where the activity is economic (L2122-1-1). Choose the occupation of the "
        "public domain, or services."
    )


YOUTH = (
    "jeune",
    "creat",
    "demarr",
    "debut",
    "lancement",
    "recent",
    "pepiniere",
    "moins de trois ans",
    "start",
)
INDEPENDENT = (
    *("travaux", "demoli", "expropri", "permis", "autorisation", "renouvellement urbain", "anru", "npnru"),
    *("rehabilit", "vente", "vendu", "cession", "preempt", "sinistre", "relogement", "renov", "chantier"),
    *("heritage", "succession", "litige", "judiciaire", "provisoire dans l’attente", "restructur", "zac"),
)


def cause_is_only_youth(cause: str) -> bool:
    """Whether the cause of a precarious occupation speaks of the company’s youth and of nothing else.

    C. com. L145-5-1 asks for « circonstances particulières indépendantes de la seule volonté des parties »: works,
    demolition, expropriation, a sale, an authorisation awaited. That a company is young is not such a cause in itself,
    and the convention would be requalified. A hint from the words used: somebody reads the text.
    """
    text = "".join(
        sign for sign in unicodedata.normalize("NFD", cause.lower()) if not unicodedata.combining(sign)
    )
    return any(word in text for word in YOUTH) and not any(word in text for word in INDEPENDENT)
