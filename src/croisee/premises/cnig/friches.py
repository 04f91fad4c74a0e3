"""CNIG Friches v1.0.6 (16 December 2025): the columns of its file, as published; and what 1.0.5 wrote otherwise.

Surfaces in m². Geometry is WKT with the latitude first, as the published example has it.
Source: schema.data.gouv.fr, cnigfr/schema-friches (Licence Ouverte 2.0); décret n° 2023-1259 du 26 décembre 2023.
"""

from croisee.premises.cnig.fields import UNSAID, Field, FileStandard, Type, listed

FRICHES = FileStandard(
    "friches",
    "Friches",
    "1.0.6",
    "site_id",
    (
        Field("site_id", required=True),
        Field("site_nom", required=True),
        Field(
            "site_type",
            required=True,
            values=(
                "friche industrielle",
                "friche commerciale",
                "friche hospitalière",
                "friche agro-industrielle",
                "friche carrière ou mine",
                "friche militaire",
                "friche d'habitat",
                "friche d'équipement public",
                "friche portuaire",
                "friche aéroportuaire",
                "friche ferroviaire",
                "friche logistique",
                "friche loisir tourisme hôtellerie",
                "friche enseignement",
                "friche cultuelle",
                "mixte - dominante habitat",
                "mixte - autre",
                *UNSAID,
            ),
        ),
        Field("site_adresse"),
        Field("site_identif_date", Type.DAY, required=True),
        Field("site_actu_date", Type.DAY, required=True),
        Field("site_url", pattern=r"^(https?://[^|\s]*\|)*https?://[^|\s]*$"),
        Field("site_ademe_url", Type.URI, pattern=r"^https?://[^|\s]*$"),
        Field(
            "site_securite",
            values=(
                "évacuation des produits dangereux et déchets présents sur le site",
                "interdictions ou limitations d'accès au site",
                "suppression des risques d'incendie et d'explosion",
                "surveillance des effets de l'installation sur son environnement",
                "mesures de gestion de pollution ou restrictions temporaires",
                "existence d'une attestation de mise en sécurité",
                *UNSAID,
            ),
        ),
        Field(
            "site_occupation",
            values=(
                "totalement inoccupé",
                "partiellement inoccupé",
                "occupation transitoire ou temporaire",
                "occupation illicite supposée",
                "occupation illicite avérée",
                *UNSAID,
            ),
        ),
        Field(
            "site_statut",
            values=(
                "friche potentielle",
                "friche sans projet",
                "friche avec projet",
                "friche reconvertie",
                *UNSAID,
            ),
        ),
        Field("site_projet_url", Type.URI, pattern=r"^(https?://[^|\s]*)|([\w\-\.]+@([\w-]+\.)+[\w-]{2,})$"),
        Field("site_reconv_annee", Type.YEAR),
        Field(
            "site_reconv_type",
            values=(
                "habitat",
                "bureau",
                "commerce",
                "industrie",
                "autres activités économiques",
                "équipement public",
                "aménagement d'espace public",
                "renaturation",
                "panneaux photovoltaïques",
                "énergie, hors photovoltaïque",
                "mixte",
                *UNSAID,
            ),
        ),
        Field("activite_libelle"),
        Field("activite_code", pattern=listed(r"[A-Z]\d\d.\d\d[A-Z]")),
        Field("activite_fin_annee", Type.YEAR),
        Field("comm_nom", required=True),
        Field("comm_insee", required=True),
        Field(
            "bati_type",
            pattern=r"(?:(?:^|\|)(industriel|commercial|résidentiel|secteur tertiaire|inconnu|autre|sans objet))+$",
        ),
        Field("bati_nombre", Type.INTEGER),
        Field("bati_surface", Type.INTEGER),
        Field("bati_pollution", values=("amiante", "plomb", *UNSAID)),
        Field("bati_vacance", values=("occupé", "partiellement occupé", "vacant", *UNSAID)),
        Field(
            "bati_patrimoine",
            values=("aucun", "présence d'un bâtiment d'intérêt", "présence d'un bâtiment classé", *UNSAID),
        ),
        Field(
            "bati_etat",
            values=(
                "dégradation inexistante ou faible",
                "dégradation moyenne",
                "dégradation très importante",
                "dégradation hétérogène",
                *UNSAID,
            ),
        ),
        Field("local_ancien_annee", Type.YEAR),
        Field("local_recent_annee", Type.YEAR),
        Field("proprio_type", pattern=listed(r"[A-Z]\d[a-z]")),
        Field(
            "proprio_personne",
            pattern=r"(?:(?:^|\|)(personne physique|personne morale|inconnu|autre|sans objet))+$",
        ),
        Field("proprio_nom"),
        Field("sol_pollution_annee", Type.YEAR),
        Field(
            "sol_pollution_existe",
            values=(
                "pollution inexistante",
                "pollution traitée",
                "pollution peu probable",
                "pollution supposée",
                "pollution avérée",
                *UNSAID,
            ),
        ),
        Field(
            "sol_pollution_origine",
            values=(
                "dépôt de déchets, stockages de produits",
                "pollution due au fonctionnement de l'installation",
                "origine accidentelle (transport, transbordement, manipulation,...)",
                "retombées atmosphériques",
                *UNSAID,
            ),
        ),
        Field("sol_pollution_commentaire"),
        Field("sol_depollution_fiche", Type.URI),
        Field("unite_fonciere_surface", Type.INTEGER),
        Field(
            "unite_fonciere_refcad",
            pattern=listed(r"[0-9A-B]{2}\d{6}[0-9A-Z]{2}\d{4}"),
        ),
        Field("urba_zone_type", values=("U", "AUc", "AUs", "A", "N", "Zc", "ZCa", "ZnC", "RNU", *UNSAID)),
        Field("urba_zone_lib"),
        Field("urba_zone_formdomi"),
        Field("urba_zaer", required=True, values=("oui", "non", "inconnu")),
        Field("urba_doc_type", values=("RNU", "CC", "PLU", "PLUI", "PSMV", *UNSAID)),
        Field("desserte_distance", pattern=r"\d{1,}\|\d{1,}\|\d{1,}"),
        Field("desserte_commentaire"),
        Field("source_nom", required=True),
        Field("source_url"),
        Field("source_producteur"),
        Field("source_contact"),
        Field("geompoint", required=True),
        Field("geomsurf"),
    ),
)

OLDER_VALUES = {"site_type": {"mixte": "mixte - autre"}}
"""What values of 1.0.5 are called now: which "mixte" it was cannot be told."""
OLDER_DEFAULTS = {"urba_zaer": "inconnu"}
"""What a file of 1.0.5, which has 50 columns, does not say."""
