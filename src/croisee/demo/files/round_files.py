"""The three files of a round, as `croisee stages place` reads them."""

from pathlib import Path

from croisee.demo.generator.campaign import Campaign
from croisee.foundation.tables import write_csv
from croisee.stages.files.columns import COLUMNS

Row = tuple[str | int | None, ...]


def write_round(folder: Path, campaign: Campaign) -> None:
    """Write `offers.csv`, `pupils.csv` and `wishes.csv`; `protected` is left for the program to compute."""
    write_csv(folder / "offers.csv", _header("offers"), _offers(campaign))
    write_csv(folder / "pupils.csv", _header("pupils"), _pupils(campaign))
    write_csv(folder / "wishes.csv", _header("wishes"), _wishes(campaign))


def _header(kind: str) -> list[str]:
    """The columns that a file of this kind must have."""
    return [column.name for column in COLUMNS[kind] if column.required]


def _offers(campaign: Campaign) -> list[Row]:
    places, employers, offers = campaign.ground.places, campaign.employers, campaign.offers
    rows: list[Row] = []
    for row, employer in enumerate(offers.employer):
        at = employers.place[employer]
        rows.append(
            (
                offers.number[row],
                f"{offers.title[row]} ({employers.name[employer]})",
                campaign.sectors[employers.sector[employer]].label,
                employers.siret[employer],
                str(places.address[at]),
                f"{places.lon[at]:.6f}",
                f"{places.lat[at]:.6f}",
                offers.week[row],
                int(offers.seats[row]),
                int(offers.reserved[row]),
                int(offers.min_age[row]) or None,
            )
        )
    return rows


def _pupils(campaign: Campaign) -> list[Row]:
    places, schools, pupils = campaign.ground.places, campaign.ground.schools, campaign.pupils
    return [
        (
            pupils.number[row],
            schools[pupils.school[row]].uai,
            pupils.birth[row].isoformat(),
            str(places.address[home]),
            f"{places.lon[home]:.6f}",
            f"{places.lat[home]:.6f}",
            pupils.week[row],
            None,
            int(pupils.max_minutes[row]),
        )
        for row, home in enumerate(pupils.home)
    ]


def _wishes(campaign: Campaign) -> list[Row]:
    wishes = campaign.wishes
    return [
        (campaign.pupils.number[pupil], int(rank), campaign.offers.number[offer])
        for pupil, rank, offer in zip(wishes.pupil, wishes.rank, wishes.offer, strict=True)
    ]
