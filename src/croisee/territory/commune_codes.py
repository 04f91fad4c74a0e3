"""Which commune and which department a commune code means: files name districts, membership names cities."""

DISTRICTS = {
    **{str(code): "75056" for code in range(75101, 75121)},
    **{str(code): "13055" for code in range(13201, 13217)},
    **{str(code): "69123" for code in range(69381, 69390)},
}
"""The districts of Paris, Marseille and Lyon, which addresses, schools and firms are registered in."""

OVERSEAS = ("97", "98")


def city_of(insee: str) -> str:
    """The commune that `insee` means: the city for one of its districts, else itself."""
    return DISTRICTS.get(insee, insee)


def districts_of(insee: str) -> list[str]:
    """The codes that files may use for the commune `insee`: its own, and its districts'."""
    return [insee, *(district for district, city in DISTRICTS.items() if city == insee)]


def department_of(insee: str) -> str:
    """The department of a commune code: two characters, three overseas."""
    return insee[:3] if insee.startswith(OVERSEAS) else insee[:2]
