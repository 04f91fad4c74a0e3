"""Giving figures of the incubator: as any dated figure is given, withdrawn, confirmed."""

from functools import partial

from croisee.foundation.figures import services
from croisee.incubation.queries.figures import BOOK

give_value = partial(services.give_value, BOOK)
withdraw = partial(services.withdraw, BOOK)
confirm = partial(services.confirm, BOOK)
