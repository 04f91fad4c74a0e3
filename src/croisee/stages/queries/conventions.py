"""What the pages of conventions read: lists, who may sign as what, links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.utils import timezone

from croisee.directory.models import Capacity, Contact, Enrolment
from croisee.foundation.accounts.roles import Role
from croisee.stages.conventions.entries import affected, differences, labels
from croisee.stages.models import Convention, Signatory, Signature, SignatureLink
from croisee.stages.services.signing import TO_SIGN, digest_of

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account
    from croisee.stages.models import ConventionVersion


def listed(rows: QuerySet[Convention]) -> QuerySet[Convention]:
    """With what a list shows: the pupil's reference and class, and who has not signed (`waiting`, comma-separated)."""
    enrolled = Enrolment.objects.filter(person=OuterRef("application__person")).order_by("-created_at")
    unsigned = Q(signatures__voided_at__isnull=True, signatures__signed_at__isnull=True)
    found = rows.select_related("application__person", "application__period__opportunity__organisation")
    return found.order_by("-created_at", "pk").annotate(
        reference_of_pupil=Subquery(enrolled.values("reference")[:1]),
        class_name=Subquery(enrolled.values("school_class__name")[:1]),
        waiting=StringAgg(
            "signatures__signatory",
            delimiter=",",
            filter=unsigned,
            default=Value(""),
            order_by="signatures__signatory",
        ),
    )


def at_school(account: Account, convention: Convention) -> frozenset[Role]:
    """The roles that `account` holds in the school of this convention's pupil: head (or deputy), teacher, none."""
    if not account.has_role(Role.SCHOOL_HEAD, Role.SCHOOL_STAFF):
        return frozenset()
    schools = Enrolment.objects.active().filter(person=convention.application.person_id)
    held = account.memberships.active().filter(
        organisation__in=schools.values("school_class__school"),
        role__in=[Role.SCHOOL_HEAD, Role.SCHOOL_STAFF],
    )
    return frozenset(Role(role) for role in held.values_list("role", flat=True))


def may_sign_as(
    account: Account, convention: Convention, held: frozenset[Role] | None = None
) -> list[Signatory]:
    """In what capacities `account` signs this convention: for the host, the school, or as the family.

    `held`: what `at_school` says, where that was asked already.
    """
    mine = []
    if account.has_role(Role.EMPLOYER):
        host = convention.application.period.opportunity.organisation_id
        if account.organisations(Role.EMPLOYER).filter(pk=host).exists():
            mine.append(Signatory.HOST)
    if account.has_role(Role.FAMILY):
        contacts = Contact.objects.filter(person=convention.application.person_id, account=account)
        capacities = set(contacts.values_list("capacity", flat=True))
        as_family = {
            Capacity.LEGAL_REPRESENTATIVE: Signatory.LEGAL_REPRESENTATIVE,
            Capacity.SELF: Signatory.PUPIL,
        }
        mine += [signatory for capacity, signatory in as_family.items() if capacity in capacities]
    if Role.SCHOOL_HEAD in (at_school(account, convention) if held is None else held):
        mine.append(Signatory.SCHOOL_HEAD)
    return mine


def to_sign(account: Account) -> QuerySet[Signature]:
    """The signatures that wait for this very account: as `may_sign_as` says for each convention."""
    convention = "convention__application"
    contact = {f"{convention}__person__contacts__account": account}
    capacity = f"{convention}__person__contacts__capacity"
    mine = Q(pk__in=[])
    if account.has_role(Role.EMPLOYER):
        hosts = {f"{convention}__period__opportunity__organisation__in": account.organisations(Role.EMPLOYER)}
        mine |= Q(signatory=Signatory.HOST, **hosts)
    if account.has_role(Role.FAMILY):
        parent, own = {capacity: Capacity.LEGAL_REPRESENTATIVE}, {capacity: Capacity.SELF}
        mine |= Q(signatory=Signatory.LEGAL_REPRESENTATIVE, **contact, **parent)
        mine |= Q(signatory=Signatory.PUPIL, **contact, **own)
    if account.has_role(Role.SCHOOL_HEAD):
        pupils = Enrolment.objects.active().filter(
            school_class__school__in=account.organisations(Role.SCHOOL_HEAD)
        )
        mine |= Q(
            signatory=Signatory.SCHOOL_HEAD, convention__application__person__in=pupils.values("person")
        )
    waiting = Signature.objects.living().filter(signed_at__isnull=True, convention__state__in=TO_SIGN)
    return waiting.filter(mine).distinct()


def link_of(token: str) -> SignatureLink | None:
    """The link that has this secret, expired or not, for whoever holds it: the secret proves the right to ask."""
    found = SignatureLink.objects.filter(digest=digest_of(token))
    return found.select_related("signature__convention__application__period").first()


def expired(link: SignatureLink) -> bool:
    """Whether the link's fifteen days are over."""
    return link.expires_at <= timezone.now()


def living_signature(link: SignatureLink) -> Signature | None:
    """What the link's holder signs, or signed: after an edit voided a signature, the one asked for in its stead."""
    rows = Signature.objects.living().filter(
        convention=link.signature.convention_id,
        signatory=link.signature.signatory,
        email=link.signature.email,
    )
    return rows.select_related("convention").first()


@dataclass(frozen=True)
class ShownVersion:
    """A version as its line says it: what changed from the one before, whose signatures it concerned."""

    version: ConventionVersion
    changed: list[str]
    concerned: list[str]


def shown_versions(versions: list[ConventionVersion]) -> list[ShownVersion]:
    """Every version, the last first."""
    return [
        ShownVersion(
            version,
            labels(version.changed),
            [str(one.label) for one in Signatory if one in affected(version.changed)],
        )
        for version in reversed(versions)
    ]


def changed_since(row: Signature, versions: list[ConventionVersion]) -> list[str]:
    """What changed since this signature without concerning it, by label."""
    bound = next((version for version in reversed(versions) if version.sha256 == row.document_sha256), None)
    return labels(differences(bound.content, versions[-1].content)) if bound else []
