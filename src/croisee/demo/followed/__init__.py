"""The journeys of the demonstration: programmes, committees, people followed, what was proved of it."""
