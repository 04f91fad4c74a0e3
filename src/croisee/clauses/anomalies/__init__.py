"""What is odd about declared hours: rules on plain rows, each said in a sentence with its figures."""

from croisee.clauses.anomalies.rows import (
    OPEN_DAYS,
    Anomaly,
    Code,
    Known,
    Severity,
    Stated,
    hours_text,
)
from croisee.clauses.anomalies.rules import anomalies, blocking, others

__all__ = [
    "OPEN_DAYS",
    "Anomaly",
    "Code",
    "Known",
    "Severity",
    "Stated",
    "anomalies",
    "blocking",
    "hours_text",
    "others",
]
