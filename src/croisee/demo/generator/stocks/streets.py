"""Street names: what streets are called all over France, by the kind of street they suit."""

from croisee.demo.generator.stocks import words

AVENUE_KINDS = ("Avenue", "Boulevard", "Avenue", "Cours", "Rue")
AVENUE_NAMES = words("""
    Jean-Jaurès|de la République|de la Liberté|Victor-Hugo|Gambetta|de la Gare|du Général-Leclerc
    Aristide-Briand|Léon-Blum|de Verdun|du 8-Mai-1945|du 11-Novembre|de la Résistance|Pasteur|Carnot
    Voltaire|Émile-Zola|Jean-Moulin|Simone-Veil|de l'Europe|des Nations-Unies|du Président-Kennedy
    Salvador-Allende|Nelson-Mandela|Pierre-Mendès-France|Georges-Clemenceau|du Maréchal-Foch
    Olympe-de-Gouges|Louise-Michel|Lucie-Aubrac|Joliot-Curie|de la Paix|de l'Yser|de Strasbourg|de Lyon
    de Nantes|de Bretagne|d'Alsace|de Lorraine|de Bourgogne|de la Victoire|de l'Hôpital|de l'Université
    des Alliés|de la Fraternité|de l'Égalité|Denis-Papin|Ferdinand-de-Lesseps|Paul-Doumer|Jules-Ferry
    Jules-Guesde|Édouard-Vaillant|Marcel-Cachin|Ambroise-Croizat|Anatole-France|Romain-Rolland
    Henri-Barbusse|Roger-Salengro|Charles-de-Gaulle|Albert-Camus|Rosa-Parks|Germaine-Tillion
    Geneviève-de-Gaulle|Gisèle-Halimi|Robert-Schuman|Jean-Monnet
""")
STREET_KINDS = (
    "Rue",
    "Rue",
    "Rue",
    "Rue",
    "Rue",
    "Allée",
    "Impasse",
    "Square",
    "Passage",
    "Chemin",
    "Venelle",
)
ESTATE_KINDS = ("Allée", "Square", "Place", "Rue", "Passage", "Mail")
STREET_NAMES = words("""
    des Tilleuls|des Lilas|des Acacias|des Érables|des Marronniers|des Peupliers|des Platanes|des Chênes
    des Charmes|des Bouleaux|des Noyers|des Cerisiers|des Pommiers|des Amandiers|des Figuiers|des Saules
    des Aulnes|des Frênes|des Cèdres|des Pins|des Mélèzes|des Sorbiers|des Aubépines|des Églantines
    des Genêts|des Bruyères|des Fougères|des Roses|des Violettes|des Primevères|des Coquelicots|des Bleuets
    des Jonquilles|des Iris|des Glycines|des Pervenches|des Camélias|des Mimosas|des Lavandes|des Myosotis
    des Capucines|des Pâquerettes|des Anémones|des Hirondelles|des Mésanges|des Rossignols|des Alouettes
    des Merles|des Fauvettes|des Chardonnerets|des Hérons|des Martinets|des Bergeronnettes|des Pinsons
    des Loriots|des Cygnes|des Vanneaux|des Sarcelles|de la Huppe|des Tanneurs|des Tisserands|des Drapiers
    des Forgerons|des Maréchaux|des Charrons|des Tonneliers|des Potiers|des Verriers|des Imprimeurs
    des Relieurs|des Boulangers|des Bouchers|des Maraîchers|des Vignerons|des Bateliers|des Pêcheurs
    des Lavandières|des Teinturiers|des Cordiers|des Orfèvres|des Merciers|des Vinaigriers|des Meuniers
    du Moulin|du Four|du Puits|de la Fontaine|du Lavoir|du Pressoir|de la Forge|de la Grange|du Colombier
    du Château|de l'Église|du Presbytère|du Calvaire|de l'Abbaye|du Cloître|de la Chapelle|du Prieuré
    du Vieux-Pont|du Gué|du Bac|du Port|des Quais|de l'Écluse|du Canal|du Marais|des Étangs|de la Source
    du Ruisseau|des Prés|du Pré-Long|des Champs|de la Plaine|du Coteau|de la Colline|du Belvédère|de Bel-Air
    de Beausoleil|de Bellevue|du Bois|de la Forêt|de la Lisière|des Vergers|des Vignes|des Jardins|du Clos
    du Verger|de la Garenne|des Landes|de l'Orme|du Gros-Chêne|du Chêne-Vert|de la Croix|de la Croix-Blanche
    de la Croix-Verte|de la Pierre-Levée|du Stade|des Sports|du Gymnase|des Écoles|de l'École|du Lycée
    de la Mairie|du Marché|de la Halle|de la Poste|de l'Octroi|du Beffroi|de l'Horloge|du Théâtre|du Musée
    de la Manufacture|des Filatures|de l'Usine|de la Tuilerie|de la Briqueterie|des Carrières|de la Sablière
    de la Verrerie|du Dépôt|de la Station|du Tramway|du Chemin-de-Fer|Ampère|Arago|Buffon|Lamartine
    Lavoisier|Descartes|Diderot|Rousseau|Molière|Racine|Corneille|La Fontaine|Baudelaire|Rimbaud|Verlaine
    Apollinaire|Jacques-Prévert|Paul-Éluard|Louis-Aragon|Colette|George-Sand|Marguerite-Duras
    Simone-de-Beauvoir|Aimé-Césaire|Camille-Claudel|Claude-Monet|Auguste-Renoir|Paul-Cézanne|Édouard-Manet
    Berthe-Morisot|Eugène-Delacroix|Hector-Berlioz|Claude-Debussy|Maurice-Ravel|Georges-Bizet|Édith-Piaf
    Barbara|Georges-Brassens|Joséphine-Baker|Marie-Curie|Pierre-Curie|Sophie-Germain|Évariste-Galois
    Blaise-Pascal|Ada-Lovelace|Hélène-Boucher|Jean-Mermoz|Louis-Blériot|Saint-Exupéry|Clément-Ader
    Jules-Verne|Philippe-Lamour|Jean-Macé|Célestin-Freinet|Maria-Montessori|Pauline-Kergomard|Maryse-Bastié
    Missak-Manouchian|Guy-Môquet|Pierre-Brossolette|Danielle-Casanova|Bertie-Albrecht|Jean-Zay|Marc-Bloch
    Victor-Schœlcher
""")
ROAD_KINDS = ("Route", "Chemin", "Route", "Chemin")
ROAD_NAMES = words("""
    de la Plaine|des Trois-Chemins|du Moulin-Neuf|de la Vallée|du Haut-Bourg|des Quatre-Vents|de la Lande
    du Bas-Pays|de la Grande-Ferme|des Métairies|du Petit-Bois|du Vieux-Chemin|de la Croix-Rouge
    du Gué-Perdu|de la Butte|des Ajoncs|de la Borde|du Fief|de la Ribaudière|de la Gaudinais|du Plessis
    de la Touche|des Loges|de la Barre|du Bocage|des Hautes-Terres|de la Mare|du Noyer|de la Rigole
    des Faîtières
""")
