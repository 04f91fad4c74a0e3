"""The report of a round in a real browser: accessible, and no wider than the screen."""

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser

from tests.browser import AXE, AXE_TAGS, NARROW, WIDE
from tests.stages.generated_round import write_round


@pytest.mark.browser
@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_report_is_accessible_and_fits(browser: Browser, tmp_path, width):
    folder = write_round(tmp_path / "round", 300, schools=4)
    files = [
        part for name in ("offers", "pupils", "wishes") for part in (f"--{name}", str(folder / f"{name}.csv"))
    ]
    call_command(
        "stages", "place", *files, "--zones", str(folder / "zones.geojson"), "-o", str(tmp_path / "out")
    )
    page = browser.new_page(viewport={"width": width, "height": 900})
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((tmp_path / "out" / "report.html").as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert len(asked) == 1
    page.add_script_tag(path=AXE)
    violations = page.evaluate("tags => axe.run({runOnly: tags})", AXE_TAGS)["violations"]
    assert [(found["id"], found["nodes"][0]["html"]) for found in violations] == []
    page.close()
