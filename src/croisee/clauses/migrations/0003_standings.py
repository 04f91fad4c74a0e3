"""The view of what each lot has due, done, waiting and ahead.

It says of every lot what `queries.balances` says of a few: a test compares the two. A later migration that alters one of
the columns named here drops the view first and makes it again.
"""

from django.conf import settings
from django.db import migrations

# Weekly hours × weeks from today (or the start, if later) to the end of the contract or of the lot, whichever is first.
AHEAD = """
SELECT clause.lot_id, SUM(one.weekly_hours * GREATEST(0,
        LEAST(COALESCE(one.ends_on, lot.ends_on, day.today), COALESCE(lot.ends_on, one.ends_on, day.today))
        - GREATEST(one.starts_on, day.today) + 1) / 7) AS forecast
FROM clauses_assignment one
JOIN clauses_commitment commitment ON commitment.id = one.commitment_id
JOIN clauses_clause clause ON clause.id = commitment.clause_id
JOIN clauses_lot lot ON lot.id = clause.lot_id
CROSS JOIN (SELECT (CURRENT_TIMESTAMP AT TIME ZONE '{zone}')::date AS today) day
WHERE one.state = 'hired'
GROUP BY clause.lot_id
"""
COUNTED = """
SELECT clause.lot_id,
    SUM(allocation.hours) FILTER (WHERE statement.state = 'validated') AS done,
    SUM(allocation.hours) FILTER (
        -- A correction waits beside the version that still counts: its hours would be said twice.
        WHERE statement.state IN ('sent', 'checked') AND NOT EXISTS (
            SELECT 1 FROM clauses_statement counting
            WHERE counting.assignment_id = statement.assignment_id AND counting.month = statement.month
                AND counting.state = 'validated'
        )
    ) AS waiting
FROM clauses_allocation allocation
JOIN clauses_statement statement ON statement.id = allocation.statement_id
JOIN clauses_commitment commitment ON commitment.id = allocation.commitment_id
JOIN clauses_clause clause ON clause.id = commitment.clause_id
WHERE statement.state IN ('validated', 'sent', 'checked')
GROUP BY clause.lot_id
"""
VIEW = """
CREATE VIEW clauses_lot_standing AS
SELECT lot.id AS lot_id,
    COALESCE(clause.hours_due, clause.hours_per_keuro * COALESCE(ordered.amount, 0) / 1000, 0) AS due,
    COALESCE(counted.done, 0) AS done,
    COALESCE(counted.waiting, 0) AS waiting,
    COALESCE(ahead.forecast, 0) AS forecast
FROM clauses_lot lot
LEFT JOIN clauses_clause clause ON clause.lot_id = lot.id
LEFT JOIN (SELECT lot_id, SUM(amount) AS amount FROM clauses_order GROUP BY lot_id) ordered
    ON ordered.lot_id = lot.id
LEFT JOIN ({counted}) counted ON counted.lot_id = lot.id
LEFT JOIN ({ahead}) ahead ON ahead.lot_id = lot.id
"""


class Migration(migrations.Migration):
    dependencies = [("clauses", "0002_parameters")]
    operations = [
        migrations.RunSQL(
            VIEW.format(counted=COUNTED, ahead=AHEAD.format(zone=settings.TIME_ZONE)),
            "DROP VIEW clauses_lot_standing",
        )
    ]
