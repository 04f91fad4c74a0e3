"""What a demonstration is to be: on which ground, of what size, from which seed and files."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from croisee.demo.files import ROUND, TERRITORY, generate_files, write_round_folder
from croisee.demo.generator.campaign import Campaign, make_campaign
from croisee.demo.generator.city import City
from croisee.demo.generator.ground import Sizes
from croisee.demo.generator.stocks.sectors import Sector, sectors, sectors_counted_in
from croisee.demo.real_ground import real_ground

OFFERS_FILE = "monstage_offres_france_2025-05.csv.gz"
SCHOOL_YEAR = "2026-2027"


@dataclass
class Plan:
    """A demonstration: `epci` is empty for the made-up metropolis; `places` hold the files of a real one.

    The timetables of the made-up metropolis begin in the month of `day`.
    """

    epci: str
    seed: int
    sizes: Sizes
    places: Sequence[str] = ()
    day: date = field(default_factory=timezone.localdate)
    _campaign: Campaign | None = field(default=None, init=False, repr=False)

    @property
    def folder(self) -> Path:
        """Where its files are: `var/demo`, which also tells the settings that this is a demonstration."""
        return Path(settings.VAR_DIR) / "demo"

    @property
    def territory(self) -> str:
        """The code of its EPCI, real or not."""
        return self.epci or City.epci

    @property
    def territory_files(self) -> Sequence[str]:
        """What its territory is loaded from."""
        return self.places if self.epci else [str(self.folder / TERRITORY)]

    @property
    def round_folder(self) -> Path:
        """Where the three files of its round are."""
        return self.folder / ROUND

    def campaign(self) -> Campaign:
        """Its people and companies, made once and their files written. A real territory must be loaded."""
        if self._campaign is None:
            self._campaign = self._make()
        return self._campaign

    def _make(self) -> Campaign:
        if not self.epci:
            return generate_files(self.folder, self.sizes, self.seed, self.day)[1]
        ground = real_ground(self.epci, self.places, self.sizes, self.seed)
        campaign = make_campaign(ground, self._sectors(), self.sizes, self.seed)
        write_round_folder(self.folder, campaign)
        return campaign

    def _sectors(self) -> tuple[Sector, ...]:
        """The sectors as the real offers are, when their file is there; else as they were in 2025."""
        for place in map(Path, self.places):
            if place.is_dir() and (found := next(place.rglob(OFFERS_FILE), None)):
                return sectors_counted_in(found)
        return sectors()
