# Two commands do all the set-up on a machine with Python 3.11 or later and git: `make demo` and `make test`.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
SHELL := /bin/bash

.PHONY: demo test lint format docs site build scoreboard mutation-study differential fuzz faults load soak bench \
  bench-large bench-live bench-store bench-probe bench-history clean vendor screenshots

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

# Generated projects with every release of Nix at hand: what nixdrift reads and computes, beside what Nix has.
differential: $(VENV)/.installed-for-development
	$(BIN)/python -m tests.differential --projects 500 --seed 1

# Mounts small file systems: for root, or in a container.
faults: $(VENV)/.installed-for-development
	$(BIN)/python -m tests.faults

load: $(VENV)/.installed-for-development
	$(BIN)/python -m tests.load

SOAK_MINUTES ?= 60

soak: $(VENV)/.installed-for-development
	$(BIN)/python -m tests.soak --minutes $(SOAK_MINUTES)

# With NIXDRIFT_RECORDINGS, a directory of recorded pairs of dumps, those are measured, too.
BENCH_RECORDINGS := $(if $(NIXDRIFT_RECORDINGS),--recordings $(NIXDRIFT_RECORDINGS))
BENCH_GRAPHS := build/bench/graphs

bench: $(VENV)/.installed
	$(BIN)/python -m benchmarks.dumps $(BENCH_RECORDINGS) --graphs $(BENCH_GRAPHS) --repeat 3 --output build/bench/dumps.json
	$(BIN)/python -m benchmarks.parts $(BENCH_RECORDINGS) --graphs $(BENCH_GRAPHS) --repeat 1 --output build/bench/parts.json

# Graphs of a million derivations, and a repository of 100,000 files: 15 GB of disk, 20 GB of memory.
bench-large: $(VENV)/.installed
	$(BIN)/python -m benchmarks.dumps --graphs $(BENCH_GRAPHS) --sizes 1k 10k 30k 100k 300k 1M --repeat 3 \
		--output build/bench/dumps-large.json --plot docs/performance-growth.svg
	$(BIN)/python -m benchmarks.parts --graphs $(BENCH_GRAPHS) --sizes 10k 30k 100k 300k \
		--files 100000 --megabytes 1000 --paths 1000 --sources 200 --output build/bench/parts-large.json

bench-probe: $(VENV)/.installed
	$(BIN)/python -m benchmarks.probe_evaluations

bench-history: $(VENV)/.installed
	$(BIN)/python -m benchmarks.history

bench-live: $(VENV)/.installed
	$(BIN)/python -m benchmarks.live

bench-store: $(VENV)/.installed
	$(BIN)/python -m benchmarks.store $(BENCH_RECORDINGS) --graphs $(BENCH_GRAPHS) --output build/bench/store.json

# For each kind of input. Led by coverage where `.venv/bin/pip install atheris` was run (Linux), else blind.
FUZZ_SECONDS := 60

fuzz: $(VENV)/.installed-for-development
	$(BIN)/python -m tests.fuzzing --seconds $(FUZZ_SECONDS)

clean:
	rm -rf $(VENV) build dist

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@# As pip does with what it copies: where Python may write no bytecode, every start would compile it all.
	$(BIN)/python -m compileall -q nixdrift
	touch $@

$(VENV)/.installed-for-development: $(VENV)/.installed
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@
