"""Apprenticeship: offers, applications, mentors, forums."""

from croisee.apprenticeship.models.applications import OF_COMPANY, Candidacy, Outcome
from croisee.apprenticeship.models.bookings import BOOKING, Booking, BookingState, Registration, Result
from croisee.apprenticeship.models.meetings import MEETING, Meeting, MeetingKind, MeetingState, Slot, Stand
from croisee.apprenticeship.models.mentoring import (
    LIVING_PAIRS,
    MENTORSHIP,
    Mentor,
    MentorNote,
    Mentorship,
    MentorshipState,
)
from croisee.apprenticeship.models.offers import (
    KIND,
    MOST_APPLICATIONS,
    ApprenticeshipOffer,
    ClosedBecause,
    Closing,
    Contract,
    Diploma,
    Remote,
)
from croisee.apprenticeship.models.partner import (
    Direction,
    PartnerExchange,
    PartnerJob,
    PartnerRejection,
)

__all__ = [
    "BOOKING",
    "KIND",
    "LIVING_PAIRS",
    "MEETING",
    "MENTORSHIP",
    "MOST_APPLICATIONS",
    "OF_COMPANY",
    "ApprenticeshipOffer",
    "Booking",
    "BookingState",
    "Candidacy",
    "ClosedBecause",
    "Closing",
    "Contract",
    "Diploma",
    "Direction",
    "Meeting",
    "MeetingKind",
    "MeetingState",
    "Mentor",
    "MentorNote",
    "Mentorship",
    "MentorshipState",
    "Outcome",
    "PartnerExchange",
    "PartnerJob",
    "PartnerRejection",
    "Registration",
    "Remote",
    "Result",
    "Slot",
    "Stand",
]
