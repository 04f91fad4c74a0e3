"""Dates as people type them, and sheets whose columns are not known yet."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from croisee.foundation.tables import Column, FaultyInput, read_sheet
from croisee.foundation.tables.reading import told_apart
from croisee.foundation.tables.spoken_dates import Order, is_open, iso_date, order_of

TODAY = dt.date(2026, 11, 30)
DAYS = st.dates(dt.date(1930, 1, 1), dt.date(2036, 12, 31))


@given(DAYS, st.sampled_from("/.- "), st.booleans())
def test_numbers_in_either_order(day, mark, short):
    year = f"{day:%y}" if short and 1937 <= day.year <= 2036 else f"{day:%Y}"
    assert iso_date(f"{day:%d}{mark}{day:%m}{mark}{year}", Order.DAY, TODAY) == day.isoformat()
    assert iso_date(f"{day:%m}{mark}{day:%d}{mark}{year}", Order.MONTH, TODAY) == day.isoformat()
    assert iso_date(day.isoformat(), Order.MONTH, TODAY) == day.isoformat()


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("1er mars 2024", "2024-03-01"),
        ("lundi 12 févr. 1985", "1985-02-12"),
        ("12-aout-85", "1985-08-12"),
        ("31118", "1985-03-12"),
        ("12/03/1985 10:30", "1985-03-12"),
        ("1985-03-12T00:00:00", "1985-03-12"),
        ("12/03/36", "2036-03-12"),
        ("12/03/37", "1937-03-12"),
        ("31/02/1985", "31/02/1985"),
        ("bientôt", "bientôt"),
        ("12", "12"),
    ],
)
def test_words_serials_and_what_is_none(text, iso):
    assert iso_date(text, Order.DAY, TODAY) == iso


def test_dates_tell_what_comes_first_or_do_not():
    assert order_of(["25/12/2020", "03/04/2020"]) is Order.DAY
    assert order_of(["12/25/2020", "03/04/2020"]) is Order.MONTH
    assert order_of(["03/04/2020"]) is None
    assert order_of(["25/12/2020", "12/25/2020"]) is None
    assert is_open(["03/04/2020"])
    assert not is_open(["04/04/2020", "2020-03-04"])


class TestSheets:
    COLUMNS = (Column("nom"), Column("prenom"))

    def read(self, text, **options):
        return read_sheet(text.encode(), self.COLUMNS, file="f.csv", **options)

    def test_titles_above_unknown_headings(self):
        sheet = self.read("Suivi 2026;;\n;;\nA;B;C\n1;2;3\n")
        assert (sheet.header_row, sheet.headings, sheet.cells) == (3, ["A", "B", "C"], [["1", "2", "3"]])
        assert self.read("Suivi 2026;;\nA;B;C\n1;2;3\n", header_row=1).headings[0] == "Suivi 2026"

    def test_known_headings_win(self):
        assert self.read("x;y;z\nNOM;Prénom;\nA;B;\n").header_row == 2

    def test_headings_are_told_apart(self):
        assert told_apart(["Date", "", "Date", "Date (2)"], 5) == [
            "Date",
            "[B]",
            "Date (2)",
            "Date (2) (2)",
            "[E]",
        ]

    def test_a_line_that_is_too_long_is_a_fault(self):
        sheet = self.read("nom;prenom\nA;B\nA;12 rue;du Port\n")
        assert [fault.row for fault in sheet.faults] == [3]
        assert sheet.rows == [2]

    def test_nothing_to_read(self):
        for text in ("", "nom;prenom\n", "\n\n"):
            with pytest.raises(FaultyInput):
                self.read(text)
