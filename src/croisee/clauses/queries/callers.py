"""Who speaks for a company: an account that is signed in, or the contact who came by a link to one commitment."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from croisee.clauses.models import HIRED, Assignment, Commitment, CompanyLink
from croisee.clauses.models.readers import is_facilitateur, of_company
from croisee.foundation.accounts.models import Account


@dataclass(frozen=True)
class Caller:
    """Somebody who may declare hours: by an account, or by a link. One of the two is given."""

    account: Account | None = None
    link: CompanyLink | None = None

    def commitments(self) -> QuerySet[Commitment]:
        """Those whose months may be declared: one's own, and those that people whom one employs work under."""
        if self.account is None:
            return Commitment.objects.filter(pk__in=[self.link.commitment_id] if self.link else [])
        if is_facilitateur(self.account):
            return Commitment.objects.all()
        employed = self.assignments().values("commitment")
        return Commitment.objects.filter(of_company(self.account, "organisation") | Q(pk__in=employed))

    def assignments(self) -> QuerySet[Assignment]:
        """The contracts, under way or over, whose hours may be declared."""
        hired = Assignment.objects.filter(state__in=HIRED)
        if self.account is None:
            return hired.filter(commitment__in=[self.link.commitment_id] if self.link else [])
        if is_facilitateur(self.account):
            return hired
        return hired.filter(of_company(self.account, "employer", "commitment__organisation"))
