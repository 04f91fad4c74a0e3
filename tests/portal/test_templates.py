"""What every template of the product keeps to: the policy of the site allows no code and no style inside pages."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

SOURCE = Path(__file__).resolve().parents[2] / "src" / "croisee"
TEMPLATES = sorted(path for path in SOURCE.rglob("templates/**/*.html") if "report" not in path.parts)
SCRIPTS = sorted((SOURCE / "portal" / "static" / "croisee").glob("*.js"))
STYLES = sorted((SOURCE / "portal" / "static" / "croisee").glob("*.css"))
FORBIDDEN = {
    "code inside the page": re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>", re.I
    ),
    "style inside the page": re.compile(r"<style\b", re.I),
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "an event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "hx-on": re.compile(r"\bhx-on\b"),
    "a javascript: address": re.compile(r"javascript:", re.I),
    "another server": re.compile(r"(?:src|href|action)\s*=\s*\"(?:https?:)?//", re.I),
}


def name_of(path: Path) -> str:
    return str(path.relative_to(SOURCE))


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
@pytest.mark.parametrize("what", FORBIDDEN)
def test_template_is_free_of(what: str, path: Path) -> None:
    text = re.sub(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", path.read_text(), flags=re.S)
    found = FORBIDDEN[what].search(text)
    assert found is None, f"{path}: {what}: {found[0][:120]}"


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_static_files_that_a_template_names_exist(path: Path) -> None:
    for name in re.findall(r"{% static [\"']([^\"']+)[\"'] %}", path.read_text()):
        assert finders.find(name), f"{path}: no static file {name}"


@pytest.mark.parametrize("path", [*SCRIPTS, *STYLES], ids=lambda path: path.name)
def test_own_files_ask_nothing_of_another_server(path: Path) -> None:
    text = path.read_text().replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}/", text)
    assert len(text.splitlines()) <= 400


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_colours_are_tokens(path: Path) -> None:
    """A colour written outside the tokens would be wrong in the dark; shadows and veils are the same in both."""
    lines = path.read_text().splitlines()
    tokens = re.compile(r"^\s*--[a-z-]+:")
    for number, line in enumerate(lines, start=1):
        if tokens.match(line):
            continue
        found = re.search(r"#[0-9a-f]{3,8}\b", line, re.I)
        assert found is None, f"{path.name}:{number}: {line.strip()}"
