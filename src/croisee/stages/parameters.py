"""Figures that the rule of a round rests on, each with its date and reason; all are in the certificate."""

# What no journey beats, door to door: 90 km/h in a straight line. A wish beyond it within the family's
# limit is a mistake in the coordinates or in the limit, and refused; a wish that is only slow is the
# family's own choice.
FASTEST_M_PER_MIN = 1_500.0

# The limit used to continue the list of a family that sets none. In force from September 2026.
DEFAULT_MINUTES = 60.0

# Under this age, only public administrations and establishments, or a family firm (code du travail L.4153-1
# and L.4153-5). No list is continued against it.
PRIVATE_HOST_AGE = 14
