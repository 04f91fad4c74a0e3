"""The report of a round, one HTML page that needs nothing else: no network, no script, prints as it reads."""

from croisee.stages.report.page import write_report

__all__ = ["write_report"]
