"""What premises and plots are: the closed list of those that are not classic, and the classic ones.

No standard holds a class of premises, nor of land that is not classic; each kind names its nearest values in the CNIG
standards (see `published`).
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class UnitKind(TextChoices):
    """What a unit is. The first eight are not classic."""

    GROUND_FLOOR = "ground_floor", _("ground floor of housing (pied d’immeuble)")
    CONVERTED_HOUSING = "converted_housing", _("converted flat")
    ASSOCIATION_ROOM = "association_room", _("room of an association")
    ROOF_CAR_PARK = "roof_car_park", _("roof or car park")
    BROWNFIELD = "brownfield", _("brownfield in transitional use (friche)")
    LEFTOVER = "leftover", _("leftover land (délaissé)")
    LANDLORD_LAND = "landlord_land", _("land of a social landlord")
    MODULAR = "modular", _("modular premises")
    OFFICE = "office", _("offices")
    SHOP = "shop", _("shop")
    WORKSHOP = "workshop", _("workshop or activity premises")
    WAREHOUSE = "warehouse", _("shed or warehouse")
    PLOT = "plot", _("plot of an economic zone")


NOT_CLASSIC = (
    UnitKind.GROUND_FLOOR,
    UnitKind.CONVERTED_HOUSING,
    UnitKind.ASSOCIATION_ROOM,
    UnitKind.ROOF_CAR_PARK,
    UnitKind.BROWNFIELD,
    UnitKind.LEFTOVER,
    UnitKind.LANDLORD_LAND,
    UnitKind.MODULAR,
)
LAND = (UnitKind.ROOF_CAR_PARK, UnitKind.BROWNFIELD, UnitKind.LEFTOVER, UnitKind.LANDLORD_LAND, UnitKind.PLOT)
"""Those that are land: no floor, no height, no extraction is asked of them."""


class Use(TextChoices):
    """What somebody does in premises."""

    OFFICE = "office", _("office work")
    SHOP = "shop", _("shop open to the public")
    FOOD = "food", _("kitchen, restaurant, food production")
    CRAFT = "craft", _("crafts, workshop")
    PRODUCTION = "production", _("production, assembly")
    STORAGE = "storage", _("storage, logistics")
    CARE = "care", _("care, health, well-being")
    TRAINING = "training", _("training, receiving groups")
    GROWING = "growing", _("growing, urban agriculture")
    VEHICLES = "vehicles", _("vehicles, repair")


class ErpType(TextChoices):
    """Types of buildings open to the public (arrêté du 25 juin 1980, article GN 1), those that serve here."""

    J = "J", _("J: care homes")
    L = "L", _("L: halls, meetings")
    M = "M", _("M: shops")
    N = "N", _("N: restaurants")
    O = "O", _("O: hotels")  # noqa: E741  the letter that the regulation gives
    P = "P", _("P: dancing, games")
    R = "R", _("R: teaching, holiday centres")
    S = "S", _("S: libraries")
    T = "T", _("T: exhibitions")
    U = "U", _("U: health")
    W = "W", _("W: offices")
    X = "X", _("X: covered sports")
