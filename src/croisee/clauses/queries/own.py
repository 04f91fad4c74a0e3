"""Rows that hang on what a page has already read through `visible_to`, or that are the reader’s own."""

from typing import Any

from django.db.models import Model, Q, QuerySet


def own_rows(model: type[Model], *conditions: Q, **values: Any) -> QuerySet[Any]:
    """Rows of `model` that hang on a row already seen, or that are the reader's own, as the conditions say."""
    return model._default_manager.filter(*conditions, **values)
