"""What tests of the directory share: the small territory of the public pages."""

from tests.portal.conftest import territory

__all__ = ["territory"]
