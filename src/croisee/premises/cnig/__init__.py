"""The CNIG standards on economic sites and on brownfields, as tables of ours; files of them written and read.

`fields` says what a standard's file is; `sites` and `friches` are the standards; `nearest` what of ours is which of
their values; `geometry` how they write places; `rows` and `occupants` make rows of what is kept here, with the gaps;
`files` writes CSV and tells files apart; `reading` reads them. No database here.
"""

from croisee.premises.cnig.fields import Field, FileStandard, Flaw, Type, refused
from croisee.premises.cnig.friches import FRICHES
from croisee.premises.cnig.sites import ETABLISSEMENT, POLE_ECO, SITE_ECO, TERRAIN_ECO

STANDARDS = (SITE_ECO, TERRAIN_ECO, ETABLISSEMENT, POLE_ECO, FRICHES)
BY_NAME = {standard.name: standard for standard in STANDARDS}

__all__ = [
    "BY_NAME",
    "ETABLISSEMENT",
    "FRICHES",
    "POLE_ECO",
    "SITE_ECO",
    "STANDARDS",
    "TERRAIN_ECO",
    "Field",
    "FileStandard",
    "Flaw",
    "Type",
    "refused",
]
