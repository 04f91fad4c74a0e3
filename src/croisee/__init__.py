"""Croisée: where a metropolis's economy and its priority neighbourhoods meet."""
