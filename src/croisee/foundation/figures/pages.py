"""The pages of a service's figures: what is in force or to come, giving a new value. Services say who opens them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from croisee.foundation.accounts.access import signed_in
from croisee.foundation.figures import services
from croisee.foundation.figures.book import FigureBook, Standing, figure_of
from croisee.foundation.figures.forms import ConfirmForm, ValueForm
from croisee.foundation.figures.models import DatedFigure
from croisee.foundation.forms import add_refusal, said
from croisee.foundation.listings import Column, Listing

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from django.utils.functional import Promise

    from croisee.foundation.accounts.models import Account
    from croisee.foundation.accounts.roles import Role

F = TypeVar("F", bound=DatedFigure)
TONES = {"missing": "bad", "to_confirm": "warn", "sourced": "ok"}


@dataclass(frozen=True)
class FigurePages(Generic[F]):
    """The pages of `book`: for its readers, and for `writers`, who change values.

    `list_url`, `one_url`, `of_url` (with a key), `withdraw_url` and `confirm_url` are names of addresses; `lead` says
    which figures these are.
    """

    book: FigureBook[F]
    lead: str | Promise
    writers: tuple[Role, ...]
    list_url: str
    one_url: str
    of_url: str
    withdraw_url: str
    confirm_url: str

    def all(self, request: HttpRequest) -> HttpResponse:
        """Every figure: the value in force, the next one, the source."""
        account, today = signed_in(request), timezone.localdate()
        standings = self.book.standings(self._seen_by(account), today)
        listing = self._listing(request, standings)
        if listing.wants_export:
            return listing.export()
        counts = [row.state for row in standings]
        may_write = account.has_role(*self.writers)
        absent = self.book.absent(standings) if may_write else []
        context = {
            "listing": listing,
            "lead": self.lead,
            "may_write": may_write,
            "absent": [(self._url(one.figure, one.key), one) for one in absent],
            "to_confirm": counts.count("to_confirm"),
            "missing": counts.count("missing"),
        }
        return render(request, "figures/figures.html", context)

    def one(self, request: HttpRequest, figure: str, key: str = "") -> HttpResponse:
        """One figure: its values over time; a new one from a day."""
        account, today, book = signed_in(request), timezone.localdate(), self.book
        if figure not in book.figures.values or key not in (keys := dict(book.keys_of(figure))):
            raise Http404
        may_write = account.has_role(*self.writers)
        if request.method == "POST" and not may_write:
            raise Http404
        form = ValueForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                row = services.give_value(book, figure, key, **form.cleaned_data)
            except ValidationError as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, self._from(figure, row, "DATE_FORMAT"))
                return redirect(self._url(figure, key))
        rows = book.history(self._seen_by(account), figure, key)
        context = {
            "title": book.short_name(figure),
            "optional": figure in book.optional,
            "name": keys[key],
            "rows": [(row, book.shown_value(figure, row.value), _when(row, today)) for row in rows],
            "now": next((row for row in rows if _when(row, today) == "now"), None),
            "form": form if may_write else None,
            "confirm_form": ConfirmForm(prefix="confirm"),
            "journal": [
                (line, book.shown_value(figure, line.value))
                for line in (book.journal(figure, key) if may_write else [])
            ],
            "urls": self,
            "parent": reverse(self.list_url),
        }
        return render(request, "figures/figure.html", context)

    def withdraw(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Take back a value that has not begun."""
        row = get_object_or_404(self._seen_by(signed_in(request)), pk=pk)
        said(request, lambda: services.withdraw(self.book, row), _("The value is withdrawn."))
        return redirect(self._url(figure_of(row), row.key))

    def confirm(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Note the official source of a figure."""
        row = get_object_or_404(self._seen_by(signed_in(request)), pk=pk)
        form = ConfirmForm(request.POST, prefix="confirm")
        source = form.cleaned_data["source"] if form.is_valid() else ""
        done = _("The figure is confirmed, with its source.")
        said(request, lambda: services.confirm(self.book, row, source), done)
        return redirect(self._url(figure_of(row), row.key))

    def _seen_by(self, account: Account) -> QuerySet[F]:
        model: Any = self.book.model
        rows: QuerySet[F] = model.objects.visible_to(account)
        return rows

    def _listing(self, request: HttpRequest, standings: list[Standing[F]]) -> Listing:
        book = self.book
        words = {"missing": _("no value"), "to_confirm": _("to be confirmed"), "sourced": _("sourced")}
        return Listing(
            request,
            standings,
            name="figures",
            columns=[
                Column("group", _("Figure"), sort="group", link=lambda row: self._url(row.figure, row.key)),
                Column("name", _("Of"), sort="name"),
                Column("value", _("In force"), self._value, numeric=True),
                Column("since", _("Since"), lambda row: row.now.valid_from if row.now else None, "since"),
                Column("until", _("Until"), lambda row: row.now.valid_until if row.now else None),
                Column("coming", _("To come"), self._coming),
                Column("source", _("Source"), lambda row: row.now.source if row.now else ""),
                Column(
                    "state",
                    _("Known"),
                    lambda row: words[row.state],
                    "state",
                    badge=lambda row: TONES[row.state],
                ),
            ],
            search=["group", "name"],
            choices={
                "figure": (_("Figure"), [(one, book.short_name(one)) for one in book.figures.values]),
                "state": (_("Known"), list(words.items())),
            },
            per_page=100,
        )

    def _value(self, row: Standing[F]) -> str:
        return "" if row.now is None else self.book.shown_value(row.figure, row.now.value)

    def _coming(self, row: Standing[F]) -> str:
        return "" if row.coming is None else self._from(row.figure, row.coming, "SHORT_DATE_FORMAT")

    def _from(self, figure: str, row: F, date_words: str) -> str:
        values = {
            "value": self.book.shown_value(figure, row.value),
            "day": date_format(row.valid_from, date_words),
        }
        return _("%(value)s from %(day)s") % values

    def _url(self, figure: str, key: str) -> str:
        return reverse(self.of_url, args=[figure, key]) if key else reverse(self.one_url, args=[figure])


def _when(row: DatedFigure, today: dt.date) -> str:
    """`now`, `coming` or `past`."""
    if row.valid_from > today:
        return "coming"
    return "past" if row.valid_until is not None and row.valid_until < today else "now"
