"""The verbs about opportunities, by subject: wishes, seats, moderation, saved searches, reports."""

from croisee.opportunities.services.locks import lock_people, lock_period, lock_periods
from croisee.opportunities.services.moderation import (
    publish,
    reject,
    searchable_text,
    unpublish,
    write_searchable,
)
from croisee.opportunities.services.refusals import (
    AlreadyAsked,
    HasPlace,
    ListFull,
    NoSeat,
    NotOffered,
    Refused,
    StaleList,
    TooLate,
)
from croisee.opportunities.services.seats import (
    cancel,
    confirm,
    give_back,
    hold,
    reserved_left,
    takes_people,
)
from croisee.opportunities.services.wishes import (
    LONGEST_LIST,
    ask,
    can_be_ranked,
    put_in_order,
    take_wish_away,
)

__all__ = [
    "LONGEST_LIST",
    "AlreadyAsked",
    "HasPlace",
    "ListFull",
    "NoSeat",
    "NotOffered",
    "Refused",
    "StaleList",
    "TooLate",
    "ask",
    "can_be_ranked",
    "cancel",
    "confirm",
    "give_back",
    "hold",
    "lock_people",
    "lock_period",
    "lock_periods",
    "publish",
    "put_in_order",
    "reject",
    "reserved_left",
    "searchable_text",
    "take_wish_away",
    "takes_people",
    "unpublish",
    "write_searchable",
]
