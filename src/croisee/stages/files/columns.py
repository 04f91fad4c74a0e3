"""The columns of the three files of a round, by kind of file."""

from croisee.foundation.tables import Column

_NAMES = {
    "offers": (
        "offer_id", "title", "sector", "siret", "address", "lon", "lat", "week", "seats", "reserved",
        "min_age",
    ),
    "pupils": (
        "pupil_id", "school_uai", "birth_date", "address", "lon", "lat", "week", "protected", "max_minutes",
    ),
    "wishes": ("pupil_id", "rank", "offer_id"),
}  # fmt: skip
_OPTIONAL = {"pupils": ("continuation",)}

COLUMNS: dict[str, list[Column]] = {
    kind: [Column(name) for name in names]
    + [Column(name, required=False) for name in _OPTIONAL.get(kind, ())]
    for kind, names in _NAMES.items()
}
