"""What tests of rounds share."""

from pathlib import Path

import pytest
from django.conf import settings


@pytest.fixture
def shared_data() -> Path:
    """The real open data, where they are."""
    if not Path(settings.SHARED_DATA).is_dir():
        pytest.skip(f"no real data at {settings.SHARED_DATA}")
    return Path(settings.SHARED_DATA)
