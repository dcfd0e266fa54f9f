# Two commands: `make demo` sets up and runs the product; `make test` passes the tests.
# Needs Python >= 3.11 and make, nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1
PORT ?= 8000
TESTS ?=
EXCEPT ?=
FACTS ?= 10000000

.PHONY: help bench catalogues demo demo-reset serve test test-code test-browser check format messages migrations vendor-check clean

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | expand -t 20

$(VENV)/base: requirements/base.txt pyproject.toml
	@test -x $(BIN)/python || { echo "Making a virtual environment …"; $(PYTHON) -m venv $(VENV); }
	@echo "Installing what Linghang needs …"
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/base.txt
	@$(BIN)/python -m pip install --quiet --no-deps --editable .
	@touch $@

$(VENV)/dev: requirements/dev.txt $(VENV)/base
	@echo "Installing what the tests need …"
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

demo: $(VENV)/base catalogues ## Set up, build the demo on SQLite, and serve it
	@$(BIN)/linghang demo --port $(PORT)

demo-reset: $(VENV)/base catalogues ## Build the demo again from nothing, and serve it
	@$(BIN)/linghang demo --reset --port $(PORT)

serve: $(VENV)/base catalogues ## Serve the installation in ./var
	@$(BIN)/linghang serve --port $(PORT)

catalogues: $(VENV)/base
	@$(BIN)/python tools/catalogue.py compile

test: test-code test-browser ## Run the tests (SQLite; the browser's where Chromium is)

# Tests that flush the database come last on each of the two processes: never distribute by file.
test-code: $(VENV)/dev catalogues ## Run the tests without the browser's; EXCEPT="or slow" leaves out more
	@$(BIN)/python -m pytest -n 2 --dist load -m "not (browser $(EXCEPT))" $(TESTS)

# One process: the stories stand on one server, and on one another.
test-browser: $(VENV)/dev catalogues ## Run the browser's walk and axe on every kind of page
	@$(BIN)/python -m pytest -p no:xdist -m browser $(TESTS)

check: $(VENV)/dev ## Contracts, style, types, templates, migrations, catalogues, docs
	@$(BIN)/python tools/check.py

bench: $(VENV)/dev ## Measure the evaluation of a nation; FACTS="1000000 10000000" for other sizes
	@$(BIN)/python benchmarks/national.py --facts $(FACTS) --save benchmarks/results

format: $(VENV)/dev ## Format code and templates
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix --quiet . || true
	@find src -name '*.html' -print0 | xargs -0 $(BIN)/djangofmt --quiet || true

messages: $(VENV)/dev ## Collect msgids into the catalogues and compile them
	@$(BIN)/python tools/catalogue.py update --all
	@$(BIN)/python tools/catalogue.py compile

clean: ## Remove what was built, not what was entered
	@rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache .import_linter_cache test-results
