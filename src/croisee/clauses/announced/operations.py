"""What operations announce: the portfolio, contacts to come back to, penalties; what is done with personal data."""

from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from croisee.clauses.cards import operations as cards
from croisee.clauses.contract_lists import kind  # noqa: F401  importing it registers the import
from croisee.clauses.models import (
    CLOSED,
    Clause,
    Commitment,
    ContactLog,
    Contract,
    Lot,
    LotStanding,
    Operation,
    Order,
    Penalty,
)
from croisee.clauses.notices import operations as notices  # noqa: F401  importing it registers the e-mails
from croisee.clauses.services.alerts import tell_of_ended_lots
from croisee.clauses.services.operations import begin_due
from croisee.foundation import daily
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import (
    NavLink,
    PersonalData,
    Retention,
    home_cards,
    impersonal,
    nav_links,
    personal_data,
)

READERS = (Role.FACILITATEUR, Role.BUYER)
CONTACT_KEPT = timedelta(days=2 * 366)
JOURNAL_KEPT = timedelta(days=3 * 366)
_CONTACT = ("contact_name", "contact_email", "contact_phone")


def declare() -> None:
    """Announce cards, links, what is done each day, and what is done with personal data."""
    nav_links.register(NavLink(_("My operations"), "clauses:portfolio", order=5), *READERS)
    for role in READERS:
        home_cards.register(role, cards.operations)
        home_cards.register(role, cards.penalties)
    home_cards.register(Role.FACILITATEUR, cards.follow_up)
    home_cards.register(Role.EMPLOYER, cards.penalties_of_company)
    daily.register("clauses_begin", _("Lots begun"), begin_due)
    daily.register("clauses_ended", _("Lots ended with hours missing: e-mails"), tell_of_ended_lots)
    _privacy()


def _privacy() -> None:
    # What is bought, asked, ordered and owed by organisations. Who follows an operation or signed an exception is
    # named as an agent of a public body, in an act that it answers for. A penalty is between a buyer and a company.
    impersonal(Operation, Contract, Lot, LotStanding, Order, Clause, Penalty)
    personal_data.register(
        Commitment,
        PersonalData(
            purpose=_("Write to whoever follows the social clause in the company."),
            retention=Retention(_("Two years after the end of the lot."), _contacts_past),
            concerns=lambda account: (
                Commitment.objects.filter(contact_email=account.email)
                .exclude(contact_email="")
                .select_related("clause__lot", "organisation")
            ),
            # The hours owed and done stay: the company answers for them (FSE+ audits).
            erase=lambda rows: rows.update(contact_name="", contact_email="", contact_phone=""),
            export=lambda row: {
                "lot": row.clause.lot.title,
                "company": row.organisation.name,
                **{name: getattr(row, name) for name in _CONTACT},
            },
        ),
    )
    personal_data.register(
        ContactLog,
        PersonalData(
            purpose=_("Follow a contract or a person without asking again what was already said."),
            retention=Retention(_("Three years after the contact."), _journal_past),
            concerns=_about,
            erase=_erase_journal,
            export=lambda row: {
                "on": row.at,
                "how": row.get_channel_display(),
                "with": row.with_whom,
                "text": row.text,
            },
        ),
    )


def _contacts_past(day: date) -> QuerySet[Commitment]:
    """Commitments that name a contact, of lots that ended long before `day` or, without an end, were closed then."""
    limit = day - CONTACT_KEPT
    named = Commitment.objects.exclude(contact_name="", contact_email="", contact_phone="")
    ended = Q(clause__lot__ends_on__lt=limit) | Q(
        clause__lot__ends_on=None, clause__lot__state__in=CLOSED, clause__lot__updated_at__date__lt=limit
    )
    return named.filter(ended)


def _journal_past(day: date) -> QuerySet[ContactLog]:
    """Contacts had long before `day`; what is still to come back to is kept until it is settled."""
    limit = day - JOURNAL_KEPT
    return ContactLog.objects.filter(at__date__lt=limit).filter(Q(next_on=None) | Q(next_on__lt=limit))


def _about(account: Account) -> QuerySet[ContactLog]:
    """What is noted of a participant who has this account, or of the company whose contact this address is."""
    return ContactLog.objects.filter(
        Q(participant__person__contacts__account=account, participant__person__contacts__capacity="self")
        | (Q(commitment__contact_email=account.email) & ~Q(commitment__contact_email=""))
    ).distinct()


def _erase_journal(rows: QuerySet[ContactLog]) -> int:
    """Entries about a participant go; of those about a company stays that there was a contact, on a day."""
    keys = list(rows.order_by().values_list("pk", flat=True))
    found = ContactLog.objects.filter(pk__in=keys)
    gone = found.filter(participant__isnull=False)
    count = gone.count()
    gone.delete()
    return count + found.filter(participant__isnull=True).update(with_whom="", text=gettext("(erased)"))
