"""Kinds of lines: how often they run at which hour of which day, how fast, and in which colours."""

from dataclasses import dataclass

HOUR = 3600

# (from this hour on, minutes between two vehicles); the last hour is when the last one leaves.
Bands = tuple[tuple[float, float], ...]

METRO, BUS = 1, 3  # route_type of GTFS


@dataclass(frozen=True, slots=True)
class Kind:
    """`minutes` are the bands of each service; `town`, `outside` are km/h between stops; `slows` in heavy traffic."""

    mode: int
    minutes: dict[str, Bands]
    town: float
    outside: float
    slows: bool
    colours: tuple[str, ...]


WEEK, SATURDAY, SUNDAY, SCHOOL, NIGHT = "SEMAINE", "SAMEDI", "DIMANCHE", "SCOLAIRE", "NUIT"

METRO_MINUTES: dict[str, Bands] = {
    WEEK: ((5.25, 8), (6.5, 4), (9.5, 5), (16, 4), (19.5, 6), (21.5, 8), (24.67, 0)),
    SATURDAY: ((5.5, 8), (9, 6), (20, 8), (24.67, 0)),
    SUNDAY: ((6.5, 10), (11, 8), (24.33, 0)),
}
KINDS = {
    "metro": Kind(METRO, METRO_MINUTES, 32, 36, False, ("D7263D",)),
    "trambus": Kind(
        BUS,
        {
            WEEK: ((5.25, 8), (6.5, 5), (9.5, 6), (16, 5), (19.5, 8), (24.5, 0)),
            SATURDAY: ((5.5, 10), (9, 8), (20, 10), (24.5, 0)),
            SUNDAY: ((6.75, 15), (12, 12), (24.25, 0)),
        },
        22,
        24,
        True,
        ("F4A300",),
    ),
    "chronobus": Kind(
        BUS,
        {
            WEEK: ((5.5, 12), (6.75, 8), (9.5, 10), (16, 8), (19.25, 12), (24.2, 0)),
            SATURDAY: ((6, 15), (9, 12), (20, 20), (24.2, 0)),
            SUNDAY: ((7.5, 25), (12, 20), (23, 0)),
        },
        19.5,
        23,
        True,
        ("1B7F4D", "2E6FB7", "7A3E9D", "C2185B", "00838F", "5D4037"),
    ),
    "ordinary": Kind(
        BUS,
        {
            WEEK: ((5.75, 20), (6.75, 14), (9.25, 20), (16, 14), (19, 30), (21.5, 0)),
            SATURDAY: ((6.5, 30), (9, 20), (19, 30), (20.5, 0)),
            SUNDAY: ((8.5, 45), (19.5, 0)),
        },
        19,
        23,
        True,
        ("6C8EBF", "8DA83F", "B5651D", "5F9EA0", "A0522D", "708090", "9C6ADE"),
    ),
    "suburban": Kind(
        BUS,
        {
            WEEK: ((6, 30), (9, 60), (16, 30), (19.5, 60), (21, 0)),
            SATURDAY: ((7, 60), (20, 0)),
            SUNDAY: ((9, 120), (19.5, 0)),
        },
        19.5,
        25,
        True,
        ("9E9E9E", "A1887F", "90A4AE", "AFB42B"),
    ),
    "sparse": Kind(
        BUS,
        {WEEK: ((6.5, 30), (9, 60), (16, 30), (19.25, 0)), SATURDAY: ((8, 60), (18.5, 0))},
        18,
        22,
        True,
        ("BDBDBD",),
    ),
    "night": Kind(BUS, {NIGHT: ((24.75, 40), (28.3, 0))}, 22, 25, False, ("1A237E",)),
}
# Hours at which one more vehicle leaves each end of an ordinary or suburban line, on school days.
SCHOOL_RUNS = (7.3, 7.55, 16.2, 17.2)

# What a run takes beside the quiet hours, by the hour at which it leaves; straight between two points, so that no
# vehicle overtakes the one before.
SLOWER = ((5.0, 1.0), (6.75, 1.02), (7.75, 1.18), (9.0, 1.16), (10.0, 1.05), (15.75, 1.06), (17.0, 1.2), (18.5, 1.18),
          (20.0, 1.02), (21.0, 1.0))  # fmt: skip
