"""Opportunities, their periods, who asks for them; saved searches; reports of what is wrong with an offer."""

from croisee.opportunities.models.applications import (
    Application,
    ApplicationState,
    Origin,
)
from croisee.opportunities.models.offers import Opportunity, OpportunityState, Period, Source
from croisee.opportunities.models.reports import Ground, Report, ReportState
from croisee.opportunities.models.searches import SavedSearch

__all__ = [
    "Application",
    "ApplicationState",
    "Ground",
    "Opportunity",
    "OpportunityState",
    "Origin",
    "Period",
    "Report",
    "ReportState",
    "SavedSearch",
    "Source",
]
