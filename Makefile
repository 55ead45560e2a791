# Everything one does with this project. Each target makes what it needs; `make` alone lists them.
# Settings on the command line: make demo APP_PORT=8600 SIMULATOR_PORT=8800

APP_PORT ?= 8501
SIMULATOR_PORT ?= 8700
export APP_PORT SIMULATOR_PORT

PY := .venv/bin/python
# Tests mostly wait for sockets, pages and other processes; four workers suit two cores and up.
TEST_WORKERS ?= 4

.DEFAULT_GOAL := help
.PHONY: help setup venv venv-dev browser demo demo-reset run test check soak bench screenshots docs format

help:  ## List what can be made
	@grep -hE '^[a-z-]+:.*  ## ' $(MAKEFILE_LIST) | awk -F ':.*  ## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: venv-dev browser  ## Prepare everything for work on the code: .venv and a browser for the tests

demo: venv  ## Show it all with example data and a Xero simulator (APP_PORT=8501 SIMULATOR_PORT=8700)
	@exec $(PY) -m scripts.demo

demo-reset: venv  ## Forget the demo's data, so that the next `make demo` begins afresh
	@exec $(PY) -m scripts.demo --reset

run: venv  ## Start the app with your own settings (docs/settings.md)
	@$(PY) manage.py migrate
	@exec .venv/bin/streamlit run app.py --server.port $(APP_PORT)

test: venv-dev browser  ## Run all tests but the soak tests
	@$(PY) -m pytest -n $(TEST_WORKERS) --dist loadfile --no-loadscope-reorder -m "not soak"

check: venv-dev browser  ## Style, types, import rules, generated pages and all tests
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@$(PY) -m scripts.generate_docs --check
	@$(MAKE) --no-print-directory test

soak: venv-dev browser  ## Run the long tests: SOAK_HISTORIES=100000 random histories, kills, mutants (SOAK_SEED=n for one)
	@PYTHONHASHSEED=0 $(PY) -m pytest -n $(TEST_WORKERS) -m soak --timeout 3600

bench: venv-dev browser  ## Measure what is claimed to be fast
	@$(PY) -m benchmarks

screenshots: venv-dev browser  ## Take the pictures in docs/images
	@$(PY) -m scripts.screenshots

docs: venv-dev  ## Write the generated pages in docs/
	@$(PY) -m scripts.generate_docs

format: venv-dev  ## Put the code into its usual shape
	@.venv/bin/ruff check --fix --quiet . || true
	@.venv/bin/ruff format .

venv:
	@scripts/bootstrap.sh requirements.txt

venv-dev:
	@scripts/bootstrap.sh requirements-dev.txt

browser: venv-dev
	@scripts/browser.sh
