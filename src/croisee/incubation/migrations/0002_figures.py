"""The figures known when this service was made, each with its dates and its source."""

import datetime as dt
from decimal import Decimal

from django.db import migrations

MINIMIS_2013 = "règlement (UE) n° 1407/2013, article 3 (par entreprise unique, sur trois exercices fiscaux)"
MINIMIS_2023 = (
    "règlement (UE) 2023/2831, article 3 (par entreprise unique, sur trois ans glissants ; applicable jusqu’au "
    "31 décembre 2030)"
)
LME = (
    "code de commerce L145-5 (loi n° 2008-776 du 4 août 2008) : deux ans, baux conclus jusqu’au 31 août 2014"
)
PINEL = (
    "code de commerce L145-5 (loi n° 2014-626 du 18 juin 2014) : trois ans, baux conclus à compter du "
    "1er septembre 2014"
)
SINE = "Insee, enquête Sine, entreprises classiques créées au 1er semestre {}, France : {}"
SURVIVAL = [
    ("2010/3", 71, "2015-04-01", SINE.format(2010, "Insee Première n° 1543, avril 2015")),
    ("2010/5", 60, "2017-05-17", SINE.format(2010, "Insee Résultats, 17 mai 2017")),
    ("2014/3", 75, "2021-04-01", SINE.format(2014, "rappelé par Insee Première n° 1962, juillet 2023")),
    ("2014/5", 61, "2021-04-01", SINE.format(2014, "Insee Première n° 1852, avril 2021")),
    ("2018/3", 82, "2023-07-01", SINE.format(2018, "Insee Première n° 1962, juillet 2023")),
]
MICRO = (
    "Insee, enquête Sine, micro-entrepreneurs immatriculés au 1er semestre 2018 et ayant démarré, France : "
    "Insee Première n° 1963, juillet 2023"
)


def rows():
    """(figure, key, value, from, until, source, to confirm)."""
    yield "de_minimis", "", 200000, "2014-01-01", "2023-12-31", MINIMIS_2013, False
    yield "de_minimis", "", 300000, "2024-01-01", None, MINIMIS_2023, True
    yield "de_minimis_years", "", 3, "2014-01-01", "2023-12-31", MINIMIS_2013, False
    yield "de_minimis_years", "", 3, "2024-01-01", None, MINIMIS_2023, False
    yield "derogatory_months", "", 24, "2008-08-06", "2014-08-31", LME, True
    yield "derogatory_months", "", 36, "2014-09-01", None, PINEL, False
    yield "stay_months", "", 48, "2008-08-06", None, "usage des pépinières d’entreprises", True
    for key, share, start, source in SURVIVAL:
        yield "survival", key, share, start, None, source, False
    yield "survival_micro", "2018/3", 46, "2023-07-01", None, MICRO, False


def load(apps, schema_editor):
    """Write each row."""
    parameter = apps.get_model("incubation", "Parameter")
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
    apps.get_model("incubation", "Parameter").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("incubation", "0001_initial")]
    operations = [migrations.RunPython(load, unload)]
