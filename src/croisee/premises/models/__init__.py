"""What is kept of premises, by subject."""

from croisee.premises.models.demands import Demand, DemandState, Proposal, ProposalState, Where
from croisee.premises.models.lettings import Letting, Option, OptionState, Visit, VisitState
from croisee.premises.models.sightings import Sighting, SightingPhoto, SightingState
from croisee.premises.models.sites import Site, SiteState, SiteVocation
from croisee.premises.models.story import Picture, PictureKind, Spell
from croisee.premises.models.units import EMPTY, OFFERED, OwnerKind, Power, Unit, UnitState

__all__ = [
    "EMPTY",
    "OFFERED",
    "Demand",
    "DemandState",
    "Letting",
    "Option",
    "OptionState",
    "OwnerKind",
    "Picture",
    "PictureKind",
    "Power",
    "Proposal",
    "ProposalState",
    "Sighting",
    "SightingPhoto",
    "SightingState",
    "Site",
    "SiteState",
    "SiteVocation",
    "Spell",
    "Unit",
    "UnitState",
    "Visit",
    "VisitState",
    "Where",
]
