"""A round as it is kept: its files, the seats offered, and what each pupil got and why."""

from croisee.stages.models.offers import RoundOffer
from croisee.stages.models.pupils import FamilyAccess, RoundPupil
from croisee.stages.models.rounds import Round, RoundFile, RoundState

__all__ = ["FamilyAccess", "Round", "RoundFile", "RoundOffer", "RoundPupil", "RoundState"]
