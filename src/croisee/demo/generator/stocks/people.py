"""First names and surnames of the origins found together in a French metropolis. Any full name is chance."""

from croisee.demo.generator.stocks import words

FIRST_NAMES = words("""
    Adam|Adèle|Adrien|Aïcha|Aïssatou|Alba|Alice|Aliou|Alix|Amadou|Amel|Amina|Amira|Ana|Anaïs|Andrei|Anh
    Anouk|Antoine|Arthur|Assia|Awa|Axel|Ayoub|Baptiste|Bilal|Binta|Camille|Capucine|Célia|Chaïma|Charlie
    Chloé|Clara|Clément|Côme|Dalia|Daniel|David|Diana|Diego|Djibril|Dounia|Éden|Elena|Elias|Élise|Elif|Emir
    Emma|Enzo|Esther|Eva|Fanta|Farah|Fatou|Félix|Gabriel|Gaspard|Giulia|Hamza|Hana|Hugo|Ibrahim|Idriss|Ilyes
    Imane|Inès|Ismaël|Issa|Ivan|Jade|Jana|Jeanne|Jibril|Joao|Jules|Juliette|Kadiatou|Kenza|Kevin|Khadija
    Lamine|Léa|Léna|Léo|Lila|Lina|Linh|Louane|Louis|Louise|Lucas|Lucie|Luna|Maël|Mahé|Malik|Manon|Mariama
    Marius|Maryam|Matéo|Mathilde|Maya|Mehdi|Mélina|Mila|Minh|Mohamed|Moussa|Naël|Naïm|Nathan|Nina|Noa|Noé
    Noor|Nora|Oscar|Oumar|Paul|Pauline|Pedro|Rania|Raphaël|Rayan|Robin|Romane|Romy|Rose|Sacha|Safia|Salomé
    Samba|Samir|Sarah|Selma|Simon|Sofia|Solène|Soren|Suzanne|Tao|Théo|Tiago|Tom|Valentin|Victor|Victoire
    Wassim|Yanis|Yasmine|Youssef|Yuna|Zélie|Zeynep|Zoé
""")
SURNAMES = words("""
    Abdelkrim|Aït-Saïd|Alves|Amrani|Aubertin|Bah|Balde|Barbier|Barry|Baudry|Belkacem|Ben Salah|Benali
    Bernier|Bertho|Blanchet|Bouchard|Boudjemaa|Bouvier|Briand|Camara|Cardoso|Carlier|Chauvel|Chen|Cissé
    Collet|Correia|Coulibaly|Cousin|Da Silva|Daoud|Delaunay|Demir|Denis|Diabaté|Diallo|Diarra|Diop
    Dos Santos|Doucouré|Duchemin|Dufour|Dumas|Dupré|Durieux|El Amrani|El Idrissi|Etienne|Fall|Faure
    Fernandes|Ferrand|Fofana|Fournier|Garnier|Gauthier|Gautier|Girard|Gomes|Guérin|Guillou|Haddad|Hamdi
    Hamon|Hoang|Huet|Ibrahimi|Jaouen|Kaya|Keïta|Khelifi|Konaté|Koné|Kouassi|Lacombe|Lambert|Laurent|Le Bihan
    Le Gall|Lebreton|Lefèvre|Lemoine|Leroux|Lopes|Mahé|Marchand|Marques|Martinet|Masson|Mbaye|Mendes|Mercier
    Meunier|Monteiro|Moreau|Moulin|N'Diaye|Nguyen|Nicolas|Noël|Ouattara|Ozturk|Paquet|Pereira|Perrin
    Petrescu|Pham|Picard|Pires|Popescu|Poulain|Prigent|Rahmani|Renard|Ribeiro|Riou|Robin|Rodrigues|Rousseau
    Saïdi|Sanogo|Sarr|Sauvage|Savary|Seck|Simonet|Soares|Sow|Sylla|Tanguy|Tavares|Tessier|Thomas|Toure
    Traoré|Tran|Vallée|Vasseur|Vidal|Vieira|Vincent|Wang|Yildiz|Zerrouki|Zidani
""")
