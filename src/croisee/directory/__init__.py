"""Who the territory's openings are for and who offers them: schools and classes, people, contacts, consents, teams."""
