"""Whom the e-mails about people go to."""

from django.conf import settings
from django.db.models import QuerySet

from croisee.clauses.models import Assignment, Commitment, Participant
from croisee.directory.models import Capacity, Contact
from croisee.foundation.accounts.models import Account, Membership, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.notices.services import Address

Recipients = list[Account | Address]


def _holding(role: Role) -> QuerySet[Membership]:
    return Membership.objects.active().filter(role=role)


def facilitateurs() -> list[Account]:
    """Every facilitateur of today."""
    held = _holding(Role.FACILITATEUR).values("account")
    return list(Account.objects.filter(is_active=True, pk__in=held).order_by("email"))


def following(assignment: Assignment) -> list[Account]:
    """The facilitateur who follows the operation of an assignment; all of them where none is named."""
    one = assignment.commitment.clause.lot.contract.operation.facilitateur
    return [one] if one is not None and one.is_active else facilitateurs()


def company(organisation: Organisation, commitment: Commitment | None = None) -> Recipients:
    """Who acts for a company, and the contact named in its commitment."""
    held = _holding(Role.EMPLOYER).filter(organisation=organisation).values("account")
    found: Recipients = list(Account.objects.filter(is_active=True, pk__in=held).order_by("email"))
    known = {one.email for one in found}
    if commitment is not None and commitment.contact_email and commitment.contact_email not in known:
        found.append(Address(commitment.contact_email, settings.LANGUAGE_CODE))
    return found


def person(participant: Participant) -> Recipients:
    """The person, by the account or by the e-mail address; nobody where none is known."""
    own = Contact.objects.filter(person=participant.person_id, capacity=Capacity.SELF)
    contact = own.select_related("account").first()
    if contact is None:
        return []
    if contact.account is not None and contact.account.is_active:
        return [contact.account]
    return [Address(contact.email, settings.LANGUAGE_CODE)] if contact.email else []
