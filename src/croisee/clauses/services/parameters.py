"""Giving figures of social clauses: as any dated figure is given, withdrawn, confirmed."""

from functools import partial

from croisee.clauses.queries.parameters import BOOK
from croisee.foundation.figures import services

give_value = partial(services.give_value, BOOK)
withdraw = partial(services.withdraw, BOOK)
confirm = partial(services.confirm, BOOK)
