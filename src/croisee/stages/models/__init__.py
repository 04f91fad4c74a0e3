"""A campaign and all that it holds: weeks, internships, rounds and their results, conventions, what came after."""

from croisee.stages.models.attendance import Attendance, Presence, Review, Side
from croisee.stages.models.campaigns import Campaign, CampaignState, ClassWeek
from croisee.stages.models.conventions import (
    Convention,
    ConventionState,
    ConventionVersion,
    Method,
    Signatory,
    Signature,
    SignatureLink,
)
from croisee.stages.models.feeds import CalendarFeed
from croisee.stages.models.interchange import Direction, Exchange, PartnerOffer, PartnerSector, Rejection
from croisee.stages.models.internships import HostKind, Internship
from croisee.stages.models.offers import RoundOffer
from croisee.stages.models.pupils import FamilyAccess, RoundPupil
from croisee.stages.models.rounds import Round, RoundFile, RoundState

__all__ = [
    "Attendance",
    "CalendarFeed",
    "Campaign",
    "CampaignState",
    "ClassWeek",
    "Convention",
    "ConventionState",
    "ConventionVersion",
    "Direction",
    "Exchange",
    "FamilyAccess",
    "HostKind",
    "Internship",
    "Method",
    "PartnerOffer",
    "PartnerSector",
    "Presence",
    "Rejection",
    "Review",
    "Round",
    "RoundFile",
    "RoundOffer",
    "RoundPupil",
    "RoundState",
    "Side",
    "Signatory",
    "Signature",
    "SignatureLink",
]
