# Two commands: `make demo` shows Croisée on a made-up metropolis, `make test` proves it.
# They need git, make and Python 3.11 or later; everything else goes into .venv and var/.

VENV ?= .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do command -v $$p >/dev/null 2>&1 \
	&& $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

.PHONY: demo test install up lint types imports migrations translations checks bench locks clean

demo: install ## a made-up metropolis in the browser
	$(BIN)/croisee demo $(DEMO)

up: install ## this installation, without demonstration data
	$(BIN)/croisee up

test: $(VENV)/installed-dev ## every test; says what it leaves out
	$(BIN)/croisee messages
	$(BIN)/python -m pytest $(TESTS)

install: $(VENV)/prepared ## what users need

$(VENV)/prepared: $(VENV)/installed $(shell find src -name '*.po' -o -path '*/engine/*.py')
	@echo "Preparing (once, half a minute)…"
	$(BIN)/croisee prepare
	@touch $@

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Croisée needs Python 3.11 or later: install it, or say PYTHON=/path/to/python"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Python lacks its venv module: install it (python3-venv on Debian and Ubuntu)"; exit 1; }

$(VENV)/installed: $(VENV)/bin/python requirements/base.txt pyproject.toml
	@echo "Installing (once, a minute or two)…"
	$(PIP) -r requirements/base.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements/dev.txt
	$(PIP) -r requirements/dev.txt
	@touch $@

$(VENV)/installed-bench: $(VENV)/installed requirements/bench.txt
	$(PIP) -r requirements/bench.txt
	@touch $@

checks: lint types imports migrations translations ## all that is not a test

lint: $(VENV)/installed-dev
	$(BIN)/ruff format --check
	$(BIN)/ruff check

types: $(VENV)/installed-dev
	$(BIN)/mypy

imports: $(VENV)/installed-dev
	$(BIN)/lint-imports

migrations: $(VENV)/installed-dev
	$(BIN)/croisee makemigrations --check --dry-run

translations: $(VENV)/installed-dev
	$(BIN)/croisee messages --check

bench: $(VENV)/installed-bench ## each prints one JSON line
	for name in zones placement stages_place territory_load campaign_round opportunities_search transit reach walking hours decp clauses_year journeys_years; do \
		$(BIN)/python benchmarks/$$name.py --json || exit 1; done

locks: $(VENV)/bin/python ## pin the newest versions that the *.in files allow
	$(BIN)/python -m pip install --quiet uv
	for name in base dev bench; do $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate --quiet --upgrade -o requirements/$$name.txt requirements/$$name.in || exit 1; done

clean: ## forget the environment; var/ (the database) stays
	rm -rf $(VENV)
