"""`@audited`: the database itself writes down every change of a model's rows, and what is written stays."""

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, TypeVar, overload

import pghistory
import pgtrigger
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

M = TypeVar("M", bound=models.Model)

# FSE+ audits reach back this far; a change older than that may be deleted, a younger one never.
YEARS_CHANGES_ARE_KEPT = 10

# What a blanked day becomes where a column must have one: before anyone's time.
NO_DAY = date(1900, 1, 1)
NOTHING: Mapping[str, str] = MappingProxyType({})


@overload
def audited(model: type[M]) -> type[M]: ...
@overload
def audited(
    *,
    personal: tuple[str, ...] = (),
    secret: tuple[str, ...] = (),
    ignored: tuple[str, ...] = (),
) -> Callable[[type[M]], type[M]]: ...
def audited(
    model: type[M] | None = None,
    *,
    personal: tuple[str, ...] = (),
    secret: tuple[str, ...] = (),
    ignored: tuple[str, ...] = (),
) -> type[M] | Callable[[type[M]], type[M]]:
    """Class decorator: triggers write each insert, update and delete of the model into its table of events.

    They fire on any statement, whoever sends it: `save`, `QuerySet.update`, `bulk_create`, raw SQL. The event
    holds the row as it became (as it was, for a delete) and who did it from where (`audit.services.acting`).

    `personal`: fields that an erasure may blank in the history (nothing else may touch it).
    `secret`: fields whose change is noted without their value. `ignored`: fields whose change is not even
    noted (`updated_at` never is). Raises ValueError for a field that the model has not.
    """

    def decorate(model: type[M]) -> type[M]:
        unnoted = {"updated_at", *ignored}
        names = [field.name for field in model._meta.local_fields]
        if unknown := {*personal, *secret, *ignored} - set(names):
            raise ValueError(f"{model.__name__} has no field {', '.join(sorted(unknown))}")
        columns = {field.name: str(field.column) for field in model._meta.local_concrete_fields}
        changed = pgtrigger.AnyChange(*(name for name in names if name not in unnoted))
        pghistory.track(
            pghistory.InsertEvent(),
            pghistory.UpdateEvent(condition=changed),
            pghistory.DeleteEvent(),
            exclude=[name for name in names if name in unnoted or name in secret],
            obj_field=pghistory.ObjForeignKey(related_name="events", related_query_name="event"),
            context_field=pghistory.ContextJSONField(),
            context_id_field=None,  # type: ignore[arg-type]  # documented, not annotated
            meta={
                "triggers": append_only(
                    "pgh_created_at",
                    YEARS_CHANGES_ARE_KEPT,
                    tuple(columns[name] for name in personal),
                    _blanks_of_what_cannot_be_empty(model, personal),
                ),
                "indexes": [
                    models.Index(fields=["-pgh_created_at"], name=f"{model._meta.db_table[:25]}_when")
                ],
            },
            attrs={"pgh_id": models.BigAutoField(primary_key=True), "pgh_personal": personal},
        )(model)
        return model

    return decorate(model) if model is not None else decorate


def blank(field: "models.Field[Any, Any]") -> object:
    """What says nothing in a column: no value where that may be; else a day before anyone's time, zero, no text."""
    if field.null:
        return None
    if isinstance(field, models.DateField):
        return NO_DAY
    if isinstance(field, models.IntegerField | models.DecimalField | models.FloatField):
        return 0
    return [] if isinstance(field, ArrayField) else ""


def _blanks_of_what_cannot_be_empty(model: type[models.Model], personal: tuple[str, ...]) -> dict[str, str]:
    """What the database reads in the columns that an erasure blanks otherwise than by nothing."""
    found = {}
    for name in personal:
        field: Any = model._meta.get_field(name)
        value = blank(field)
        if isinstance(field, models.DecimalField) and value is not None:
            found[name] = f"{value:.{field.decimal_places}f}"
        elif value not in (None, ""):
            found[name] = "{}" if value == [] else str(value)
    return found


def append_only(
    dated_by: str, years: int, redactable: tuple[str, ...] = (), blanks: Mapping[str, str] = NOTHING
) -> list[pgtrigger.Trigger]:
    """Triggers that let rows be added to a table, and neither changed nor taken away.

    Two exceptions, both the law's (GDPR articles 5 and 17): a row older than `years` years by the column `dated_by` may
    be deleted, and the `redactable` columns may be blanked (those that cannot be empty by what `blanks` says).
    `TRUNCATE` is refused as well, except in the test runner's own database, which it empties that way.
    """
    blanked = " AND ".join(
        f"COALESCE(NEW.\"{column}\"::text, '') IN ('', COALESCE(OLD.\"{column}\"::text, '')"
        + (f", '{blanks[column]}')" if column in blanks else ")")
        for column in redactable
    )
    others = "ARRAY[" + ", ".join(f"'{column}'" for column in redactable) + "]::text[]"
    redaction = f"""
        IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - {others} = to_jsonb(OLD) - {others} AND {blanked} THEN
            RETURN NEW;
        END IF;
    """
    refuse = "RAISE EXCEPTION '% is append-only: its rows are neither changed nor deleted', TG_TABLE_NAME;"
    return [
        pgtrigger.Trigger(
            name="append_only",
            when=pgtrigger.Before,
            operation=pgtrigger.Update | pgtrigger.Delete,
            func=f"""
                IF TG_OP = 'DELETE' AND OLD."{dated_by}" < NOW() - INTERVAL '{years} years' THEN
                    RETURN OLD;
                END IF;
                {redaction if redactable else ""}
                {refuse}
            """,
        ),
        pgtrigger.Trigger(
            name="never_emptied",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            func=f"""
                IF current_database() LIKE 'test\\_%' THEN
                    RETURN NULL;
                END IF;
                {refuse}
            """,
        ),
    ]


def event_model(model: type[models.Model]) -> type[models.Model]:
    """The model that holds the events of an audited model; raises AttributeError for any other."""
    events: Any = model
    related: type[models.Model] = events.events.rel.related_model
    return related


def audited_models() -> list[type[models.Model]]:
    """Every audited model, in the order of its label."""
    tracked = {event.pgh_tracked_model for event in apps.get_models() if hasattr(event, "pgh_tracked_model")}
    return sorted(tracked, key=lambda model: model._meta.label)
