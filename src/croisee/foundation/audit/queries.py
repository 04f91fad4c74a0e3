"""Reading the audit trail: the journal of changes, and the accesses."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.apps import apps
from django.db.models import F, Field, Func, JSONField, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.models import Access
from croisee.foundation.audit.tracking import audited_models, event_model

MOST_LINES = 5_000
# Of a value that is itself a table (a round's figures), its beginning.
MOST_CHARACTERS = 200
LABELS = {"insert": _("created"), "update": _("changed"), "delete": _("deleted")}
TECHNICAL = {"pgh_id", "pgh_created_at", "pgh_label", "pgh_context", "pgh_obj", "created_at", "id"}


@dataclass(frozen=True)
class Change:
    """One line of the journal of changes."""

    model: type[Model]
    event_id: int
    at: datetime
    label: str
    object_id: str
    context: Mapping[str, str | None]

    @property
    def kind(self) -> str:
        """What the changed thing is, in words."""
        return str(self.model._meta.verbose_name)

    @property
    def action(self) -> str:
        """Created, changed or deleted."""
        return str(LABELS.get(self.label, self.label))

    @property
    def where(self) -> str:
        """The name of the address or the command that changed it; empty when it came past the software."""
        return self.context.get("where") or ""

    @property
    def account_id(self) -> str:
        """The identifier of the account that changed it; empty for the software itself."""
        return self.context.get("account") or ""

    @cached_property
    def fields(self) -> list[tuple[str, Any, Any]]:
        """The fields that changed: name in words, value before, value after (what is set, for a creation)."""
        events: Any = event_model(self.model)
        lines = events._default_manager.filter(pgh_obj_id=self.object_id, pgh_id__lte=self.event_id)
        now, *before = lines.order_by("-pgh_id")[:2]
        shown = [field for field in events._meta.concrete_fields if field.name not in TECHNICAL]
        old = [getattr(before[0], field.attname) if before else None for field in shown]
        new = [getattr(now, field.attname) for field in shown]
        return [
            (str(field.verbose_name), _in_words(field, was), _in_words(field, became))
            for field, was, became in zip(shown, old, new, strict=True)
            if was != became and not (not before and became in ("", None))
        ]

    @cached_property
    def summary(self) -> str:
        """The names of the fields that changed; read for many at once by `summarise`."""
        return ", ".join(name for name, _was, _became in self.fields)


def _in_words(field: Field[Any, Any], value: Any) -> Any:
    """A value as people read it: the label of a choice, the name of what an identifier points to."""
    if value is None:
        return None
    if field.related_model is not None:
        related: Any = field.related_model
        return related._default_manager.filter(pk=value).first() or value
    if isinstance(value, dict | list):
        return Truncator(json.dumps(value, ensure_ascii=False)).chars(MOST_CHARACTERS)
    return dict(field.flatchoices or ()).get(value, value)


def changes(
    reader: Account,
    *,
    since: date | None = None,
    until: date | None = None,
    model: type[Model] | None = None,
    account: Account | None = None,
) -> list[Change]:
    """The changes that match, latest first, at most `MOST_LINES`; none for who is no administrator."""
    if not reader.has_role(Role.ADMINISTRATOR):
        return []
    wanted = Q()
    if since is not None:
        wanted &= Q(pgh_created_at__date__gte=since)
    if until is not None:
        wanted &= Q(pgh_created_at__date__lte=until)
    if account is not None:
        wanted &= Q(pgh_context__account=str(account.pk))
    return _latest(audited_models() if model is None else [model], wanted)


def _latest(models: Sequence[type[Model]], wanted: Q) -> list[Change]:
    """The last changes of several models, in one query."""
    named = {model._meta.label_lower: model for model in models}
    columns = ("pgh_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pgh_context", "thing")
    latest = ("-pgh_created_at", "thing", "-pgh_id")
    parts = [
        event_model(model)
        ._default_manager.filter(wanted)
        .annotate(thing=Value(name))
        .order_by(*latest)
        .values_list(*columns)[:MOST_LINES]
        for name, model in named.items()
    ]
    rows = _together(parts).order_by(*latest)[:MOST_LINES] if len(parts) > 1 else parts[0]
    return [
        Change(named[thing], event_id, at, label, str(object_id), context or {})
        for event_id, at, label, object_id, context, thing in rows
    ]


def _together(parts: Sequence[QuerySet[Any, Any]]) -> QuerySet[Any, Any]:
    first, *others = parts
    return first.union(*others, all=True)


class _WholeRow(Func):
    """The row that a column is of, as JSON."""

    output_field = JSONField()

    def as_sql(self, compiler: Any, connection: Any, *_names: Any, **_context: Any) -> tuple[str, Any]:
        """The row goes by the name of its table in the query."""
        alias = self.get_source_expressions()[0].alias
        return f"to_jsonb({compiler.quote_name_unless_alias(alias)})", []


def summarise(shown: Iterable[Change]) -> None:
    """Read the summaries of these changes, in one query rather than in one or more for each."""
    by_model: dict[type[Model], dict[int, Change]] = defaultdict(dict)
    for change in shown:
        by_model[change.model][change.event_id] = change
    parts = [_with_former(model, found) for model, found in by_model.items()]
    for thing, event_id, now, before in _together(parts) if parts else ():
        model = apps.get_model(thing)
        by_model[model][event_id].__dict__["summary"] = _changed(model, now, before)


def _with_former(model: type[Model], event_ids: Iterable[int]) -> QuerySet[Any, Any]:
    """Events as JSON, each with the one before it of the same thing."""
    events: Any = event_model(model)._default_manager
    former = events.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id"))
    rows: QuerySet[Any, Any] = (
        events.filter(pgh_id__in=list(event_ids))
        .order_by()
        .annotate(
            thing=Value(model._meta.label_lower),
            now=_WholeRow(F("pgh_id")),
            before=Subquery(
                former.order_by("-pgh_id").annotate(row=_WholeRow(F("pgh_id"))).values("row")[:1]
            ),
        )
        .values_list("thing", "pgh_id", "now", "before")
    )
    return rows


def _changed(model: type[Model], now: Mapping[str, Any], before: Mapping[str, Any] | None) -> str:
    fields = event_model(model)._meta.concrete_fields
    return ", ".join(
        str(field.verbose_name)
        for field in fields
        if field.name not in TECHNICAL
        and (
            now[str(field.column)] not in ("", None)
            if before is None
            else now[str(field.column)] != before[str(field.column)]
        )
    )


def change(reader: Account, model: type[Model], event_id: int) -> Change | None:
    """One line of the journal; None when it is not there, or not for `reader`."""
    if not reader.has_role(Role.ADMINISTRATOR):
        return None
    return next(iter(_latest([model], Q(pgh_id=event_id))), None)


def accesses(reader: Account) -> QuerySet[Access]:
    """The accesses that `reader` may see, with the accounts."""
    return Access.objects.visible_to(reader).select_related("account", "concerns")


def accesses_to(account: Account) -> QuerySet[Access]:
    """Who signed in as this account, and who read or took out its file."""
    return Access.objects.visible_to(account).filter(concerns=account).select_related("account")
