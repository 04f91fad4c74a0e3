"""OGC API – Features, Part 1: Core, by its requirements; and opened by GDAL, which QGIS opens it with."""

import json
import subprocess
import sys
from typing import Any
from uuid import uuid4

import pyogrio
import pytest
import shapely
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from croisee.premises import ogc
from croisee.premises.models import Site, Unit
from croisee.premises.ogc import BadParameter
from croisee.premises.queries.open_data import COLLECTIONS, PREMISES
from tests.premises.cnig_helpers import SQUARE, complete
from tests.premises_world import PremisesWorld, make_premises_world, make_unit

JSON = {"HTTP_ACCEPT": "application/json"}
ROOT = "/locaux/ogc"


def get(client: Client, path: str, **query: str) -> Any:
    """The answer to a program."""
    return client.get(ROOT + path, query, **JSON)


def read(client: Client, path: str, **query: str) -> Any:
    """The document of an answer that went well."""
    response = get(client, path, **query)
    assert response.status_code == 200, response.content
    return response.json()


def link(document: Any, rel: str) -> str | None:
    return next((one["href"] for one in document["links"] if one["rel"] == rel), None)


def test_from_the_landing_page_one_goes_everywhere(client: Client, world: PremisesWorld) -> None:
    """/req/core/root-success, /req/core/conformance-success, /req/core/api-definition-success."""
    landing = read(client, "")
    rels = {one["rel"] for one in landing["links"]}
    assert rels >= {"self", "service-desc", "service-doc", "conformance", "data"}
    for one in landing["links"]:
        assert client.get(one["href"]).status_code == 200, one
    assert (
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"
        in read(client, "/conformance")["conformsTo"]
    )
    api = get(client, "/api")
    assert api["Content-Type"] == "application/vnd.oai.openapi+json;version=3.0"
    assert api.json()["openapi"].startswith("3.0")
    assert {"/", "/conformance", "/collections", "/collections/premises/items"} <= set(api.json()["paths"])
    limit = api.json()["paths"]["/collections/premises/items"]["get"]["parameters"][0]
    assert (limit["name"], limit["schema"]["maximum"]) == ("limit", 1000)


def test_collections_are_described(client: Client, world: PremisesWorld) -> None:
    """/req/core/fc-md-success, /req/core/fc-md-links, /req/core/fc-md-items-links, /req/core/fc-md-extent."""
    found = read(client, "/collections")
    assert [one["id"] for one in found["collections"]] == ["premises", "sites"]
    for one in found["collections"]:
        assert link(one, "items")
        alone = read(client, f"/collections/{one['id']}")
        assert alone == one
    west, south, east, north = found["collections"][0]["extent"]["spatial"]["bbox"][0]
    assert west <= -1.664 <= east
    assert south <= 48.087 <= north
    assert get(client, "/collections/nothing").status_code == 404


def test_only_what_everyone_sees_is_there(client: Client, world: PremisesWorld) -> None:
    Unit.objects.update(contact_name="Jeanne Martin", contact_email="jeanne@example.org")
    make_unit(world.owners[0], "Caché", published=False)
    found = read(client, "/collections/premises/items")
    names = {one["properties"]["name"] for one in found["features"]}
    assert names == {"Pied d’immeuble Yougoslavie", "Atelier Villejean"}
    assert found["numberMatched"] == found["numberReturned"] == 2
    text = json.dumps(found, ensure_ascii=False)
    assert "Jeanne" not in text
    assert "jeanne@" not in text
    assert "Bailleur social" not in text
    hidden = Unit.objects.get(name="Caché")
    assert get(client, f"/collections/premises/items/{hidden.pk}").status_code == 404
    assert "Jeanne" not in client.get(reverse("premises:open_geojson", args=["premises"])).getvalue().decode()


def test_features_are_geojson_in_longitude_and_latitude(client: Client, world: PremisesWorld) -> None:
    """/req/geojson/definition, /req/geojson/content, /req/core/fc-response, /req/core/crs84, /req/core/f-success."""
    complete(world.site)
    response = get(client, "/collections/premises/items")
    assert response["Content-Type"] == "application/geo+json"
    assert response["Access-Control-Allow-Origin"] == "*"
    document = response.json()
    assert document["type"] == "FeatureCollection"
    assert document["timeStamp"].endswith("Z")
    feature = document["features"][0]
    assert feature["geometry"]["coordinates"] == [-1.664, 48.087]
    alone = read(client, f"/collections/premises/items/{feature['id']}")
    assert alone["properties"] == feature["properties"]
    assert link(alone, "collection")
    assert link(alone, "self")
    assert set(feature["properties"]) == {one.name for one in PREMISES.properties}
    [site] = read(client, "/collections/sites/items")["features"]
    assert shapely.from_geojson(json.dumps(site["geometry"])).equals(shapely.MultiPolygon([SQUARE]))
    assert get(client, f"/collections/premises/items/{uuid4()}").status_code == 404
    assert get(client, "/collections/premises/items/x").status_code == 404


def test_pages_follow_one_another_and_lose_nothing(client: Client, world: PremisesWorld) -> None:
    """/req/core/fc-limit-response, /req/core/fc-links, /req/core/fc-numberMatched."""
    for number in range(5):
        make_unit(world.owners[0], f"Local n° {number}")
    url, seen, pages = f"{ROOT}/collections/premises/items?limit=3", [], 0
    while url:
        document = client.get(url, **JSON).json()
        assert len(document["features"]) == document["numberReturned"] <= 3
        assert document["numberMatched"] == 7
        assert (link(document, "prev") is None) == (pages == 0)
        seen += [one["id"] for one in document["features"]]
        url, pages = link(document, "next"), pages + 1
    assert pages == 3
    assert sorted(seen) == sorted(str(one.pk) for one in Unit.objects.shown())
    assert read(client, "/collections/premises/items", limit="100000")["numberReturned"] == 7


@pytest.mark.parametrize(
    ("box", "n"),
    [
        ("-1.7,48.0,-1.6,48.2", 2),
        ("-1.7,48.0,-5,-1.6,48.2,100", 2),
        ("-1.664,48.087,-1.664,48.087", 2),
        ("2,48,3,49", 0),
        ("170,-90,-1,90", 2),  # crosses the antimeridian
        ("170,-90,-170,90", 0),
    ],
)
def test_a_box_chooses(client: Client, world: PremisesWorld, box: str, n: int) -> None:
    """/req/core/fc-bbox-response."""
    assert read(client, "/collections/premises/items", bbox=box)["numberMatched"] == n
    complete(world.site)
    assert read(client, "/collections/sites/items", bbox=box)["numberMatched"] == min(n, 1)


def test_properties_and_time_choose(client: Client, world: PremisesWorld) -> None:
    """/req/core/fc-filters, /req/core/fc-time-response: features without a time are of any."""
    items = "/collections/premises/items"
    assert read(client, items, kind="workshop")["numberMatched"] == 1
    assert read(client, items, neighbourhood="QN03505M")["numberMatched"] == 1
    assert read(client, items, neighbourhood="QN035")["numberMatched"] == 0
    assert read(client, items, neighbourhood="(((")["numberMatched"] == 0
    assert read(client, items, state="notice")["numberMatched"] == 0
    assert read(client, "/collections/sites/items", state="existant et actif")["numberMatched"] == 1
    for moment in (
        "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00Z/..",
        "../2026-01-01",
        "2025-01-01/2026-01-01",
    ):
        assert read(client, items, datetime=moment)["numberMatched"] == 2


@pytest.mark.parametrize(
    "query",
    [
        {"truc": "1"},
        {"bbox-crs": ogc.CRS84},
        {"crs": ogc.CRS84},
        {"limit": "0"},
        {"limit": "-1"},
        {"limit": "x"},
        {"offset": "-1"},
        {"offset": "9999999999"},
        {"bbox": "1,2,3"},
        {"bbox": "1,2,3,x"},
        {"bbox": "1,5,2,4"},
        {"bbox": "nan,1,2,3"},
        {"bbox": "-200,1,2,3"},
        {"bbox": ""},
        {"datetime": "demain"},
        {"datetime": "2026-13-01"},
        {"datetime": "2026-01-02/2026-01-01"},
        {"kind": "castle"},
        {"state": "let"},
        {"commune": "3" * 200},
        {"f": "xml"},
    ],
)
def test_what_cannot_be_asked_is_refused(client: Client, world: PremisesWorld, query: dict[str, str]) -> None:
    """/req/core/query-param-unknown, /req/core/query-param-invalid."""
    response = get(client, "/collections/premises/items", **query)
    assert response.status_code == 400
    assert set(response.json()) == {"code", "description"}
    assert response["Access-Control-Allow-Origin"] == "*"


def test_the_same_parameter_twice_and_unknown_ones_elsewhere_are_refused(
    client: Client, world: PremisesWorld
) -> None:
    assert client.get(f"{ROOT}/collections/premises/items?limit=1&limit=2", **JSON).status_code == 400
    for path in ("", "/conformance", "/api", "/collections", "/collections/sites"):
        assert get(client, path, truc="1").status_code == 400
    assert client.post(ROOT).status_code == 405


def test_people_get_pages_and_programs_documents(client: Client, world: PremisesWorld) -> None:
    complete(world.site)
    unit = Unit.objects.shown().first()
    browser = {"HTTP_ACCEPT": "text/html,application/xhtml+xml,*/*;q=0.8"}
    for path in (
        "",
        "/",
        "/conformance",
        "/api",
        "/collections",
        "/collections/premises",
        "/collections/premises/items",
        "/collections/sites/items",
        f"/collections/premises/items/{unit.pk}",
        f"/collections/sites/items/{world.site.pk}",
    ):
        page = client.get(ROOT + path, **browser)
        assert page.status_code == 200, path
        assert page["Content-Type"].startswith("text/html")
        assert "Accept" in page["Vary"]
        assert client.get(ROOT + path, {"f": "json"}, **browser)["Content-Type"] != page["Content-Type"]
        assert client.get(ROOT + path, {"f": "html"}, **JSON)["Content-Type"].startswith("text/html")


def test_what_has_not_changed_is_not_sent_again(client: Client, world: PremisesWorld) -> None:
    first = get(client, "/collections/premises/items")
    again = client.get(f"{ROOT}/collections/premises/items", headers={"if-none-match": first["ETag"]}, **JSON)
    assert again.status_code == 304
    Unit.objects.shown().first().save()
    after = client.get(f"{ROOT}/collections/premises/items", headers={"if-none-match": first["ETag"]}, **JSON)
    assert after.status_code == 200


def test_too_many_requests_wait(
    client: Client, world: PremisesWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    from croisee.premises.views import ogc as views

    monkeypatch.setattr(views, "A_MINUTE", 2)
    assert [get(client, "/conformance").status_code for _n in range(3)] == [200, 200, 429]


def test_a_page_of_features_takes_as_many_queries_whatever_there_is(  # type: ignore[no-untyped-def]
    client: Client, world: PremisesWorld, django_assert_max_num_queries
) -> None:
    for number in range(10):
        make_unit(world.owners[0], f"Local n° {number}")
    with django_assert_max_num_queries(12):
        read(client, "/collections/premises/items", bbox="-2,48,-1,49")


@given(st.text("0123456789,.-eE naifx", max_size=30))
def test_a_box_is_read_or_refused_and_never_anything_else(text: str) -> None:
    from django.http import QueryDict

    query = QueryDict(mutable=True)
    query["bbox"] = text
    try:
        wanted = ogc.asked(query, PREMISES)
    except BadParameter:
        return
    for west, south, east, north in wanted.boxes:
        assert -180 <= west <= east <= 180
        assert -90 <= south <= north <= 90


@pytest.fixture
def served(live_server: Any, transactional_db: None) -> str:
    """The service on a real socket, with two premises and a site."""
    world = make_premises_world()
    complete(world.site)
    for number in range(4):
        make_unit(world.owners[0], f"Local n° {number}")
    Site.objects.create(name="Sans contour", commune_code="35238", commune_name="Rennes")
    return live_server.url + ROOT


OPENED = """
import json, sys
import pyogrio, shapely

address = "OAPIF:" + sys.argv[1]
pyogrio.set_gdal_config_options({"OAPIF_PAGE_SIZE": "2"})
layers = sorted(str(name) for name, kind in pyogrio.list_layers(address))
meta, fids, shapes, values = pyogrio.raw.read(address, layer="premises")
names = dict(zip(meta["fields"], values))["name"]
sites = pyogrio.raw.read(address, layer="sites")[2]
within = pyogrio.raw.read(address, layer="premises", bbox=(2.0, 48.0, 3.0, 49.0))[2]
points = [[shapely.from_wkb(one).x, shapely.from_wkb(one).y] for one in shapes]
print(json.dumps([layers, [str(name) for name in names], points, len(sites), len(within)]))
"""


def test_gdal_opens_it_as_qgis_does(served: str) -> None:
    """In a process of its own: GDAL waits for the answer and lets no other thread of its process give it."""
    if "OAPIF" not in pyogrio.list_drivers():
        pytest.skip("this GDAL has no OAPIF driver")
    done = subprocess.run(
        [sys.executable, "-c", OPENED, served], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    layers, names, points, sites, within = json.loads(done.stdout.splitlines()[-1])
    assert layers == sorted(COLLECTIONS)
    assert "Pied d’immeuble Yougoslavie" in names
    assert len(names) == 6
    assert points == [[-1.664, 48.087]] * 6
    assert (sites, within) == (2, 0)
