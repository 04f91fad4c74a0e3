"""Who is one person: the score, its laws, and how those known are found."""

import datetime as dt
import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from croisee.directory.candidates import candidates, within
from croisee.directory.doubles import PERHAPS, SAME, Identity, Reason, phone_key, score
from croisee.directory.expressions import NAMES_KEY, names_key
from croisee.directory.models import Capacity, Contact, Person

BORN = dt.date(1985, 3, 12)
NAMES = st.text(alphabet="abcdeéèï'- LMÉœß", min_size=1, max_size=14)
DAYS = st.dates(dt.date(1940, 1, 1), dt.date(2010, 12, 31))
IDENTITIES = st.builds(
    Identity,
    NAMES,
    NAMES,
    DAYS,
    st.sampled_from(["", "0612345678", "+33 6 12 34 56 78", "06 98 76 54 32"]),
    st.sampled_from(["", "a@example.org", "B@example.org", "b@example.org"]),
)


def who(family="Benali", given="Samira", born=BORN, phone="", email=""):
    return Identity(family, given, born, phone, email)


@given(IDENTITIES, IDENTITIES)
def test_a_score_is_the_same_both_ways_and_between_0_and_100(one, other):
    there, back = score(one, other), score(other, one)
    assert there == back
    assert 0 <= there.value <= 100
    assert list(there.reasons) == [reason for reason in Reason if reason in there.reasons]


@given(IDENTITIES)
def test_everybody_is_themselves(one):
    assert score(one, one).value == 100


@given(IDENTITIES, st.permutations(range(4)))
def test_who_comes_first_in_a_list_changes_nothing(one, order):
    rows = [one, who(), who("Benaly"), who("Durand", "Paul", dt.date(1970, 1, 2))]
    pairs = {frozenset((i, j)) for i, found in enumerate(within(rows)) for j, _how in found}
    shuffled = [rows[place] for place in order]
    again = {frozenset((order[i], order[j])) for i, found in enumerate(within(shuffled)) for j, _how in found}
    assert pairs == again


@pytest.mark.parametrize(
    ("other", "verdict"),
    [
        (who("BENALI", "samira"), "same"),
        (who("Samira", "Benali"), "same"),
        (who("Ben-Ali", "Samira"), "same"),
        (who("Benali Dupont", "Samira"), "same"),
        (who("Benaly", "Samira"), "same"),
        (who(born=dt.date(1985, 12, 3)), "same"),
        (who(born=dt.date(1985, 3, 13)), "perhaps"),
        (who(born=dt.date(1979, 11, 25)), "other"),
        (who("Benali", "Karim"), "other"),
        (who("Durand", "Samira"), "other"),
        (who("Lefèvre", "Paul"), "other"),
    ],
)
def test_what_people_mistake(other, verdict):
    found = score(who(), other)
    assert ("same" if found.is_same else "perhaps" if found.is_perhaps else "other") == verdict, found


def test_telephone_and_address_say_more_but_never_all():
    other = dt.date(1979, 11, 25)
    assert score(who(phone="06 12 34 56 78"), who(born=other, phone="+33612345678")).is_perhaps
    assert score(who(email="S@example.org"), who(born=other, email="s@example.org")).is_perhaps
    digit = who(born=dt.date(1985, 3, 13), phone="0612345678")
    assert score(who(phone="00 33 6 12 34 56 78"), digit).is_same
    mother = who("Benali", "Fatima", dt.date(1960, 5, 1), phone="0612345678")
    assert score(who(phone="0612345678"), mother).value < PERHAPS


def test_telephones_in_one_form():
    written = ["06 12 34 56 78", "0612345678", "612345678", "+33 (0)6.12.34.56.78", "0033612345678"]
    assert {phone_key(text) for text in written} == {"+33612345678"}
    assert [phone_key(text) for text in ("", "12", "abc")] == ["", "", ""]


def oracle_edits(one, other):
    """The number of letters to change, to add or to take out, counted by the book."""
    if not one or not other:
        return len(one) + len(other)
    if one[0] == other[0]:
        return oracle_edits(one[1:], other[1:])
    return 1 + min(
        oracle_edits(one[1:], other), oracle_edits(one, other[1:]), oracle_edits(one[1:], other[1:])
    )


@given(st.text(alphabet="abm", min_size=4, max_size=6), st.text(alphabet="abm", min_size=4, max_size=6))
def test_names_too_far_apart_are_never_one_person_by_name_and_birth_alone(one, other):
    edits = oracle_edits(one, other)
    found = score(who(one, "Samira"), who(other, "Samira"))
    if edits == 0:
        assert found.value == 100
    elif edits / max(len(one), len(other)) > 0.5:
        assert found.value < PERHAPS or Reason.NAMES_CROSSED in found.reasons
    assert (found.value == 100) == (one == other)


def test_made_up_people_are_found_again_after_a_mistake_and_strangers_are_not():
    chance = random.Random(11)
    families = [
        "Benali",
        "Le Goff",
        "Martin",
        "Nguyen",
        "Diallo",
        "Moreau",
        "Yilmaz",
        "Da Silva",
        "Kowalczyk",
    ]
    given_names = ["Samira", "Jean-Pierre", "Mohamed", "Aïcha", "Théo", "Valentina", "Ousmane", "Léonie"]
    people = [
        who(family, given, dt.date(1960, 1, 1) + dt.timedelta(days=chance.randrange(15_000)))
        for family in families
        for given in given_names
    ]
    for one in people:
        place = chance.randrange(1, len(one.family_name) - 1)
        typo = one.family_name[:place] + chance.choice("xyz") + one.family_name[place + 1 :]
        assert score(one, who(typo, one.given_name.upper(), one.birth_date)).value >= PERHAPS
        assert score(one, who(one.given_name, one.family_name, one.birth_date)).value >= SAME
    strangers = [(a, b) for a in people for b in people if a is not b]
    assert not [pair for pair in strangers if score(*pair).value >= SAME]


@pytest.mark.django_db
class TestFinding:
    @pytest.fixture
    def known(self):
        people = [
            Person(family_name="BÉNALI", given_name="Samira", birth_date=BORN),
            Person(family_name="Durand", given_name="Paul", birth_date=dt.date(1970, 1, 2)),
            Person(family_name="Œuvrard", given_name="Zoé", birth_date=dt.date(1990, 7, 8)),
        ]
        Person.objects.bulk_create(people)
        Contact.objects.create(
            person=people[1], capacity=Capacity.SELF, phone="06 11 22 33 44", email="p@example.org"
        )
        return people

    def test_by_each_way(self, known):
        rows = [
            who("Benali", "Samyra"),
            who("Samira", "Benali", dt.date(1985, 3, 22)),
            who("Durant", "Paul", dt.date(1971, 1, 2), phone="+33611223344"),
            who("Oeuvrard", "Zoe", dt.date(1990, 8, 7)),
            who("Personne", "Connue", BORN),
        ]
        with CaptureQueriesContext(connection) as queries:
            found = candidates(rows)
        assert len(queries) == 1
        assert [[one.person for one in likely] for likely in found] == [
            [known[0].pk],
            [known[0].pk],
            [known[1].pk],
            [known[2].pk],
            [],
        ]

    def test_the_database_compares_names_as_python_does(self, known):
        found = Person.objects.annotate(key=NAMES_KEY).values_list("key", "family_name", "given_name")
        assert all(key == names_key(family, given) for key, family, given in found)

    def test_indexes_are_used(self, known):
        Person.objects.bulk_create(
            Person(family_name=f"Nom{n}", given_name="P", birth_date=BORN + dt.timedelta(days=n))
            for n in range(3000)
        )
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE directory_person")
        rows = Person.objects.order_by().alias(key=NAMES_KEY).filter(key__in=["nom12p", "nom13p"])
        assert "person_names_key" in rows.explain()
