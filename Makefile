# Two commands do all the set-up on a machine with Python 3.11 or later and git: `make demo` and `make test`.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
SHELL := /bin/bash

.PHONY: demo test lint format docs site build scoreboard mutation-study bench-probe bench-history bench-live clean vendor screenshots

demo: $(VENV)/.installed
	$(BIN)/nixdrift demo

test: $(VENV)/.installed-for-development
	$(BIN)/python -m pytest -n auto

lint: $(VENV)/.installed-for-development
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/shellcheck ci/github/*.sh

format: $(VENV)/.installed-for-development
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

build: $(VENV)/.installed-for-development
	rm -rf dist
	$(BIN)/python -m hatchling build

docs: $(VENV)/.installed-for-development
	$(BIN)/python -m tests.documents

site: $(VENV)/.installed-for-development
	$(BIN)/python -m sphinx --fail-on-warning --keep-going --quiet --fresh-env docs build/site

scoreboard: $(VENV)/.installed-for-development
	$(BIN)/python -m tests.scoreboard --readme

vendor: $(VENV)/.installed-for-development
	$(BIN)/python -m tests.vendored

screenshots: $(VENV)/.installed-for-development
	$(BIN)/python -m tests.screenshots

mutation-study: $(VENV)/.installed-for-development
	$(BIN)/python -m tests.mutation_study --document docs/mutation-study.md

bench-probe: $(VENV)/.installed
	$(BIN)/python -m benchmarks.probe_evaluations

bench-history: $(VENV)/.installed
	$(BIN)/python -m benchmarks.history

bench-live: $(VENV)/.installed
	$(BIN)/python -m benchmarks.live

clean:
	rm -rf $(VENV) build dist

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.installed-for-development: $(VENV)/.installed
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@
