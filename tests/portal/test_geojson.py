"""The layers of the map."""

import json

import pytest
import shapely
from django.test import Client
from django.urls import reverse

from croisee.territory.models import DataSet
from tests.portal.conftest import Territory

pytestmark = pytest.mark.django_db


def fetch(client: Client, layer: str) -> dict:
    response = client.get(reverse("portal:geojson", args=[layer]))
    assert response.status_code == 200
    assert response["Content-Type"] == "application/geo+json"
    return json.loads(response.content)


@pytest.mark.parametrize(
    ("layer", "count"),
    [("communes", 2), ("qpv-2024", 1), ("qpv-2015", 1), ("schools", 3), ("neighbourhoods", 0)],
)
def test_layer(layer: str, count: int, territory: Territory, client: Client) -> None:
    features = fetch(client, layer)["features"]
    assert len(features) == count
    assert all(feature["properties"]["name"] for feature in features)


def test_outline_is_the_one_loaded(territory: Territory, client: Client) -> None:
    (feature,) = fetch(client, "qpv-2024")["features"]
    drawn = shapely.geometry.shape(feature["geometry"])
    assert drawn.hausdorff_distance(territory.current.geometry) < 0.00003
    assert feature["properties"]["url"] == "/quartiers/QN05901M/"


def test_band_reaches_300_metres(territory: Territory, client: Client) -> None:
    (feature,) = fetch(client, "bands-2024")["features"]
    band = shapely.geometry.shape(feature["geometry"])
    metre = 1 / 111_200  # of latitude, in degrees
    top = territory.current.north
    assert band.covers(shapely.Point(3.045, top + 296 * metre))
    assert not band.covers(shapely.Point(3.045, top + 304 * metre))


def test_unchanged_layer_is_not_sent_again(territory: Territory, client: Client) -> None:
    address = reverse("portal:geojson", args=["communes"])
    tag = client.get(address)["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    DataSet.objects.first().save()
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("layer", ["qpv", "qpv-20245", "secrets", "bands-"])
def test_layer_that_does_not_exist(layer: str, client: Client) -> None:
    assert client.get(reverse("portal:geojson", args=[layer])).status_code == 404
