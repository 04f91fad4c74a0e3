"""The loaded streets as the engine's network: made once for each state of the data, shared by all who ask."""

import io
import threading
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from croisee.engine.transit.streets import PER_DEGREE, Streets
from croisee.territory.models import StreetNetwork

Version = tuple[tuple[object, ...], ...]
Lines = tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]
_making = threading.Lock()


def kept_streets() -> Streets | None:
    """The network of all EPCI that are loaded; None when no streets are."""
    networks = StreetNetwork.objects.order_by("epci_id")
    current = tuple(networks.values_list("epci_id", "data_set_id", "data_set__loaded_at"))
    with _making:
        return _kept_streets(current) if current else None


@lru_cache(maxsize=1)
def _kept_streets(_version: Version) -> Streets:
    kept = StreetNetwork.objects.order_by("epci_id").values_list("arrays", flat=True)
    sizes, lon, lat = (
        np.concatenate(parts) for parts in zip(*(_unpacked(bytes(arrays)) for arrays in kept), strict=True)
    )
    return Streets.of(np.concatenate([[0], np.cumsum(sizes)]), lon, lat)


def packed(streets: Streets) -> bytes:
    """The lines of a network as bytes: NumPy arrays, compressed, nothing that could run."""
    buffer = io.BytesIO()
    lon, lat = (
        np.rint(degrees * PER_DEGREE).astype(np.int32) for degrees in (streets.line_lon, streets.line_lat)
    )
    np.savez_compressed(buffer, sizes=np.diff(streets.start).astype(np.int32), lon=lon, lat=lat)
    return buffer.getvalue()


def _unpacked(arrays: bytes) -> Lines:
    """How many points each line has, and where these are."""
    with np.load(io.BytesIO(arrays), allow_pickle=False) as held:
        return held["sizes"].astype(np.int64), held["lon"] / PER_DEGREE, held["lat"] / PER_DEGREE
