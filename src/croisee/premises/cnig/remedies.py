"""What to do about a gap, by file and field."""

from django.utils.translation import gettext as _


def remedy(file: str, field: str) -> str:
    """A sentence that says where to write what is missing."""
    if field in ("site_id", "terr_id", "SIRET"):
        return _key(file, field)
    return _OF_FIELD.get(field, _anything)()


def _key(file: str, field: str) -> str:
    if file == "ETABLISSEMENT" and field == "terr_id":
        return _(
            "Draw or number the land that the premises stand on: a plot of this site with the same parcel."
        )
    if file == "ETABLISSEMENT":
        return _("Give the company its SIRET, and load the establishments and legal units of SIRENE.")
    if file == "TERRAIN-ECO" and field == "site_id":
        return _(
            "Attach it to its economic site, and give the site its identifier. Land of no site has no row."
        )
    return _("Press “Give identifiers”: those who have none receive the next number of their commune.")


def _anything() -> str:
    return _("Correct it on the page of the row.")


def _outline() -> str:
    return _("Draw the outline: on the page of the site, or with a CNIG file or its GeoJSON variant.")


def _surface() -> str:
    return _("Write the surface on the page of the site.")


def _place() -> str:
    return _("Write the commune’s Insee code, and load the communes of the territory.")


def _point() -> str:
    return _("Give the unit an address that is found, or a place on the map.")


def _owner() -> str:
    return _("Say who owns it, on its page.")


def _parcels() -> str:
    return _("Correct the parcels on the page of the unit. The standard knows no parcel of Corsica.")


def _pole() -> str:
    return _("Import the POLE-ECO file that names it.")


def _vacancy() -> str:
    return _("Note since when it is empty and since which year no activity paid the CFE there.")


def _sirene() -> str:
    return _(
        "Load a newer file of establishments (SIRENE), with the dates of creation and the years of headcounts."
    )


_OF_FIELD = {
    "site_geomsurf": _outline,
    "terr_geomsurf": _outline,
    "pole_geompoint": _outline,
    "site_surf_brute": _surface,
    "site_surf_utile": _surface,
    "pole_surface": _surface,
    "site_epci_nom": _place,
    "site_epci_siren": _place,
    "site_comm_nom": _place,
    "comm_nom": _place,
    "comm_insee": _place,
    "epci_nom": _place,
    "epci_siren": _place,
    "geompoint": _point,
    "etab_geompoint": _point,
    "terr_maitrise_fonc": _owner,
    "terr_refcad": _parcels,
    "unite_fonciere_refcad": _parcels,
    "pole_nom": _pole,
    "site_taux_vacance": _vacancy,
    "etab_creation_date": _sirene,
    "etab_activite_code": _sirene,
    "etab_activite_libelle": _sirene,
    "etab_effectif_code": _sirene,
    "etab_effectif_libelle": _sirene,
    "etab_effectif_annee": _sirene,
    "etab_nom": _sirene,
    "etab_nat_juridique": _sirene,
}
