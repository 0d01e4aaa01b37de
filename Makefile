# Two commands do all the set-up on a machine with Python 3.11 or later and git: `make demo` and `make test`.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
SHELL := /bin/bash

.PHONY: demo test lint format docs site build scoreboard mutation-study differential fuzz faults load soak bench \
  bench-large bench-live bench-store bench-probe bench-history clean vendor screenshots lock audit-dependencies sbom release

PIP := $(BIN)/pip --quiet --disable-pip-version-check
# Nothing but what is locked, by its hash. `make test LOCKED=no` takes the newest that pyproject.toml allows, for a Python
# that came after the lock.
LOCKED := yes
INSTALL_LOCKED := $(PIP) install --require-hashes --no-deps

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

# What the locks name is kept where it is still allowed; `make lock UPGRADE=--upgrade` takes the newest of everything.
# For every Python from the oldest on, and every platform. Nothing is locked that is not published as a wheel.
UPGRADE :=
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --only-binary :all: --generate-hashes \
  --custom-compile-command 'make lock' $(UPGRADE)
BUILD_REQUIREMENTS := import tomllib; print("\n".join(tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"]))

lock: $(BIN)/uv
	$(LOCK) pyproject.toml --extra dev --output-file requirements/development.txt
	$(LOCK) pyproject.toml --constraint requirements/development.txt --output-file requirements/runtime.txt
	$(BIN)/python -c '$(BUILD_REQUIREMENTS)' | \
	  $(LOCK) - --constraint requirements/development.txt --output-file requirements/build.txt
	$(LOCK) pyproject.toml --extra release --constraint requirements/development.txt --output-file requirements/release.txt

# What is known of weaknesses in what is locked. Where the service does not answer, or does not know a package, this fails.
audit-dependencies: $(VENV)/.installed-for-release
	$(BIN)/pip-audit --strict --disable-pip --require-hashes --progress-spinner off \
	  $(patsubst %,--requirement %,$(wildcard requirements/*.txt))

sbom: $(VENV)/.installed-for-development
	$(BIN)/python -m tests.materials --output build/nixdrift.cdx.json

# All that is published, in dist (docs/release.md).
release: audit-dependencies
	rm -rf dist
	$(BIN)/python -m tests.release --output dist

vendor: $(VENV)/.installed-for-development
	$(BIN)/python -m tests.vendored

screenshots: $(VENV)/.installed-for-development
	$(BIN)/python -m tests.screenshots

mutation-study: $(VENV)/.installed-for-development
	$(BIN)/python -m tests.mutation_study --document docs/mutation-study.md

# Generated projects, and the truth corpus, with every release of Nix at hand: what nixdrift reads and computes, beside
# what Nix has.
differential: $(VENV)/.installed-for-development
	$(BIN)/python -m tests.differential --projects 500 --seed 1
	$(BIN)/python -m tests.differential --corpus

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

# Graphs of a million derivations, a repository of 100,000 files, and, with the Nix on PATH, histories of up to 800
# commits: 15 GB of disk, 20 GB of memory.
bench-large: $(VENV)/.installed
	$(BIN)/python -m benchmarks.dumps --graphs $(BENCH_GRAPHS) --sizes 1k 10k 30k 100k 300k 1M --repeat 3 \
		--output build/bench/dumps-large.json --plot docs/performance-growth.svg
	$(BIN)/python -m benchmarks.parts --graphs $(BENCH_GRAPHS) --sizes 10k 30k 100k 300k \
		--files 100000 --megabytes 1000 --paths 1000 --sources 200 --output build/bench/parts-large.json \
		--repeat 3 --plot docs/performance-growth-parts.svg
	$(BIN)/python -m benchmarks.history_growth --plot docs/performance-growth-history.svg

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

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

# The newest that pyproject.toml allows, as for everybody who installs it.
$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(PIP) install --editable .
	@# As pip does with what it copies: where Python may write no bytecode, every start would compile it all.
	$(BIN)/python -m compileall -q nixdrift
	touch $@

$(VENV)/.installed-for-development: pyproject.toml requirements/development.txt | $(BIN)/python
ifeq ($(LOCKED),yes)
	$(INSTALL_LOCKED) --requirement requirements/development.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	$(PIP) check
else
	$(PIP) install --editable '.[dev]'
endif
	$(BIN)/python -m compileall -q nixdrift
	touch $(VENV)/.installed $@

# Without the project, whose requirements may be about to be locked.
$(BIN)/uv: | $(BIN)/python
	$(INSTALL_LOCKED) --requirement requirements/release.txt

$(VENV)/.installed-for-release: $(VENV)/.installed-for-development requirements/release.txt
	$(INSTALL_LOCKED) --requirement requirements/release.txt
	$(PIP) check
	touch $@
