"""How long people take from place to place in the morning, with what is loaded: timetables, streets, or neither."""
