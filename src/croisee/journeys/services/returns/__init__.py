"""What is returned to who pays: questionnaires, proofs, tables, files, reminders, controls."""

from croisee.journeys.services.returns.tables import default_tables

__all__ = ["default_tables"]
