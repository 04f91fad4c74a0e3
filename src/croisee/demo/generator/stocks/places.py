"""Names of the made-up metropolis. No commune of France bears those of its communes."""

METROPOLIS = "Aubrevance Métropole"
RIVERS = ("la Vance", "le Nérou")

CENTRAL_COMMUNE = "Aubrevance"
INNER_COMMUNES = (
    "Montcharmeil",
    "Saint-Aurin-sur-Vance",
    "Villebrosse-la-Tour",
    "Port-Nérou",
    "Corvandelle",
    "Bellerue-les-Vergers",
)
OUTER_COMMUNES = (
    "Sainte-Orsane",
    "Le Plessis-Gaudrin",
    "Mévrigny-le-Pont",
    "La Chesnaie-aux-Moines",
    "Ternoy-sur-Vance",
    "Fontgriselle",
    "Courvaldon",
    "Lormières-le-Haut",
    "Rouvandelle",
)

# Each neighbourhood with the name it had in 2015: outlines and names both changed.
NEIGHBOURHOODS = (
    ("Les Hautes Venelles", "Les Venelles"),
    ("Gagarine - Les Tisserands", "Gagarine"),
    ("Le Clos Marmion", "Le Clos Marmion - Les Étangs"),
    ("La Sablière", "La Sablière - Plein Sud"),
    ("Les Quatre Moulins", "Les Quatre Moulins"),
)

SCHOOLS = (
    "Louise-Michel",
    "Aimé-Césaire",
    "Simone-Veil",
    "Jean-Moulin",
    "Marie-Curie",
    "Jules-Verne",
    "Olympe-de-Gouges",
    "Victor-Schœlcher",
    "George-Sand",
    "Lucie-Aubrac",
    "Jacques-Prévert",
    "Germaine-Tillion",
    "Évariste-Galois",
    "Camille-Claudel",
    "Romain-Rolland",
    "Sophie-Germain",
    "Pierre-Brossolette",
    "Nelson-Mandela",
    "Rosa-Parks",
    "Jean-Jaurès",
    "Ada-Lovelace",
    "Gisèle-Halimi",
)

# Stops of the made-up network: the main ones, and those at zones of activity.
CENTRAL_STOP = "République"
HUBS = ("Gare", "Grande Halle", "Vieux Port")
PARKS = ("Parc d'activités des Faîtières", "Zone industrielle du Gué-Perdu", "Technopole des Quatre-Vents")
