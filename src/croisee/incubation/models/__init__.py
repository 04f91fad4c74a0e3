"""What the incubator keeps, by subject."""

from croisee.incubation.models.advice import Advice, AdviceSlot, AdviceState, Expert
from croisee.incubation.models.board import Post, PostKind, PostState, Reply
from croisee.incubation.models.bookings import Booking, BookingState
from croisee.incubation.models.candidatures import (
    DECIDED,
    Candidature,
    CandidaturePaper,
    CandidatureState,
    Score,
    Verdict,
)
from croisee.incubation.models.committees import Committee, CommitteeState, Criterion
from croisee.incubation.models.hosting import Agreement, AgreementState, Aid, Occupancy, Rent
from croisee.incubation.models.incubators import GridStep, Incubator, Space, SpaceKind
from croisee.incubation.models.outcomes import (
    CompanyPeriod,
    Destination,
    Evidence,
    Exit,
    ExitReason,
    Review,
    SurvivalCheck,
    Turnover,
)
from croisee.incubation.models.parameters import (
    Figure,
    Parameter,
)
from croisee.incubation.models.projects import Enquiry, EnquiryState, Origin, Project, ProjectState
from croisee.incubation.models.sirene import SireneImport
from croisee.incubation.models.statements import LineKind, Statement, StatementLine, StatementState

__all__ = [
    "DECIDED",
    "Advice",
    "AdviceSlot",
    "AdviceState",
    "Agreement",
    "AgreementState",
    "Aid",
    "Booking",
    "BookingState",
    "Candidature",
    "CandidaturePaper",
    "CandidatureState",
    "Committee",
    "CommitteeState",
    "CompanyPeriod",
    "Criterion",
    "Destination",
    "Enquiry",
    "EnquiryState",
    "Evidence",
    "Exit",
    "ExitReason",
    "Expert",
    "Figure",
    "GridStep",
    "Incubator",
    "LineKind",
    "Occupancy",
    "Origin",
    "Parameter",
    "Post",
    "PostKind",
    "PostState",
    "Project",
    "ProjectState",
    "Rent",
    "Reply",
    "Review",
    "Score",
    "SireneImport",
    "Space",
    "SpaceKind",
    "Statement",
    "StatementLine",
    "StatementState",
    "SurvivalCheck",
    "Turnover",
    "Verdict",
]
