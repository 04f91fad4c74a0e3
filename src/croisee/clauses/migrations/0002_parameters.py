"""The figures known when this service was made, each with its dates and its source."""

import datetime as dt
from decimal import Decimal

from django.db import migrations

CODE = "code de la commande publique, annexe 2 (avis relatif aux seuils de procédure)"
LAW = "code de la commande publique L2112-2-1 (loi 2021-1104 du 22 août 2021, article 35)"
GUIDE = "guides des facilitateurs de clauses sociales"
USAGE = "usage"
THRESHOLDS = [
    ("works", "5538000", "2024-01-01", "2025-12-31"),
    ("works", "5404000", "2026-01-01", "2027-12-31"),
    ("supplies_services", "221000", "2024-01-01", "2025-12-31"),
    ("supplies_services", "216000", "2026-01-01", "2027-12-31"),
    ("state_supplies_services", "143000", "2024-01-01", "2025-12-31"),
    ("state_supplies_services", "140000", "2026-01-01", "2027-12-31"),
]
SHARES = {"painting": 70, "masonry": 50, "steel_frame": 20}
PROOF_MONTHS = {"rsa": 3, "ass": 3, "aah": 3, "deld": 3, "detld": 3, "qpv": 6, "ase": 12}
ELIGIBLE_MONTHS = {
    "cdi": 60,
    "apprenticeship": 60,
    "professionalisation": 60,
    "cdd": 24,
    "cddi": 24,
    "mission": 24,
    "training": 24,
}
SINCE = "2021-04-01"  # the CCAG of 2021 in force


def rows():
    """(figure, key, value, from, until, source, to confirm)."""
    for key, amount, start, end in THRESHOLDS:
        yield "threshold", key, amount, start, end, CODE, False
    yield "obligation", "", 1, "2026-08-22", None, LAW, False
    for key, share in SHARES.items():
        yield "labour_share", key, share, SINCE, None, GUIDE, True
    yield "hourly_cost", "", 30, SINCE, None, GUIDE, True
    for key, rate in {"low": 5, "usual": 5, "high": 20}.items():
        yield "insertion_rate", key, rate, SINCE, None, GUIDE, True
    for key, months in PROOF_MONTHS.items():
        yield "proof_months", key, months, SINCE, None, "critères administratifs de l’IAE", False
    for key, months in ELIGIBLE_MONTHS.items():
        yield "eligible_months", key, months, SINCE, None, USAGE, True
    # 48 hours a week at most: 48 × 52 / 12.
    yield "monthly_hours", "", 208, SINCE, None, "code du travail L3121-20", False
    # A full-time month is paid 151,67 h and may have 23 days of work (161 h): 10 % is told from overtime.
    yield "hours_tolerance", "", 10, SINCE, None, USAGE, True
    yield "hours_a_day", "", 7, SINCE, None, "code du travail L3121-27 (35 heures sur cinq jours)", False
    yield "share_target", "anru_works", 5, "2014-08-01", None, "charte nationale d’insertion ANRU", True
    yield "share_target", "anru_upkeep", 10, "2014-08-01", None, "charte nationale d’insertion ANRU", True
    yield "training_months", "", 3, SINCE, None, USAGE, True
    yield "potential_suppliers", "reserved", 30, SINCE, None, "Le marché de l’inclusion", True
    yield "potential_suppliers", "lot", 10, SINCE, None, "Le marché de l’inclusion", True
    yield "potential_suppliers", "execution", 1, SINCE, None, "Le marché de l’inclusion", True
    yield "potential_dependency", "reserved", 30, SINCE, None, "Le marché de l’inclusion", True
    yield "potential_distance", "", 30, SINCE, None, USAGE, True


def load(apps, schema_editor):
    """Write each row."""
    parameter = apps.get_model("clauses", "Parameter")
    parameter.objects.bulk_create(
        parameter(
            figure=figure,
            key=key,
            value=Decimal(str(value)),
            valid_from=dt.date.fromisoformat(start),
            valid_until=dt.date.fromisoformat(end) if end else None,
            meant_until=dt.date.fromisoformat(end) if end else None,
            source=source,
            to_confirm=to_confirm,
        )
        for figure, key, value, start, end, source, to_confirm in rows()
    )


def unload(apps, schema_editor):
    """Take them away: the table goes with the migration before."""
    apps.get_model("clauses", "Parameter").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("clauses", "0001_initial")]
    operations = [migrations.RunPython(load, unload)]
