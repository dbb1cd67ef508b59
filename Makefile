# Uniform verbs. Each sets up what it lacks, in folders of this checkout alone: .venv (to work in), build/ and dist/.
# Needs make and a Python >= 3.11 with venv; PYTHON=... chooses one, ARGS=... is handed on to the tool behind a verb.

PYTHON ?= $(shell for p in python3 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV ?= .venv
ARGS ?=
WORKERS ?= auto

BIN := $(VENV)/bin
CHECK := build/check-env
PACK := build/pack-env
HOST := build/host-env
PIP := -m pip --disable-pip-version-check --no-input --require-virtualenv
INSTALL := $(PIP) install --quiet --quiet -c constraints.txt

.DEFAULT_GOAL := help
.PHONY: help demo test lint format type bench docs faults mutants wheel compiled installed host check clean
.DELETE_ON_ERROR:

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

demo: $(VENV)/.runtime ## compare rules for a scarce item: a table here, an HTML report beside the experiment
	$(BIN)/fillrate run experiments/limited_edition_rules.toml $(ARGS)

test: $(VENV)/.dev ## all tests (ARGS="-m 'not slow'", ARGS=tests/draws)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

lint: $(VENV)/.dev ## ruff: rules and layout
	$(BIN)/ruff check $(ARGS)
	$(BIN)/ruff format --check

format: $(VENV)/.dev ## lay out the code, mend what ruff can mend
	$(BIN)/ruff check --fix $(ARGS)
	$(BIN)/ruff format

type: $(VENV)/.dev ## mypy --strict and pyright
	$(BIN)/mypy $(ARGS)
	$(BIN)/pyright --pythonpath $(BIN)/python

bench: $(VENV)/.dev ## every script of benchmarks/, one after the other
	@set -e; for script in $(filter-out benchmarks/_%,$(wildcard benchmarks/*.py)); do echo "== $$script"; $(BIN)/python $$script $(ARGS); done

docs: $(VENV)/.dev ## write the generated pages of docs/ anew
	$(BIN)/python tools/pages.py $(ARGS)

faults: $(VENV)/.dev ## plant the listed faults, see that the tests notice (ARGS="--only draws")
	$(BIN)/python tools/planted_faults.py $(ARGS)

mutants: $(VENV)/.dev ## change lines of one engine, see that the tests against the other notice (ARGS="--limit 5")
	$(BIN)/python tools/mutants.py $(ARGS)

wheel: $(PACK)/.done ## source distribution, and the wheel made from it, in dist/
	rm -rf dist
	$(PACK)/bin/python -m build --outdir dist . > build/pack.log 2>&1 || { cat build/pack.log; exit 1; }
	@ls dist/*

compiled: $(PACK)/.done ## a wheel of which what production runs is compiled (mypyc; needs a C compiler), in dist/compiled/
	rm -rf dist/compiled
	HATCH_BUILD_HOOKS_ENABLE=1 PIP_CONSTRAINT=$(CURDIR)/constraints.txt \
	    $(PACK)/bin/python -m build --wheel --outdir dist/compiled . > build/compiled.log 2>&1 || { tail -50 build/compiled.log; exit 1; }
	@ls dist/compiled/*

# The wheel in an environment of its own. It is made anew when what is to be installed changes; before any tool comes in,
# every module must import with the wheel's own requirements.
installed: wheel $(CHECK)/.done
	$(CHECK)/bin/python $(PIP) install --quiet --quiet --force-reinstall --no-deps dist/*.whl

# What a production host installs: the wheel without its requirements, and NumPy.
host: installed ## a bundle decides where NumPy and the wheel are all that there is
	test -x $(HOST)/bin/python || $(PYTHON) -m venv $(HOST)
	$(HOST)/bin/python $(INSTALL) numpy
	$(HOST)/bin/python $(PIP) install --quiet --quiet --force-reinstall --no-deps dist/*.whl
	$(CHECK)/bin/fillrate export cheapest --world two_warehouses --days 200 --replications 0 --out build/bundle
	cd $(HOST) && bin/python -I ../../tools/bare_host.py ../bundle

# All that CI runs, on the installed wheel. The tests (which run the README's commands too) come last.
check: installed host ## all of CI: wheel from the source distribution, lint, types, pages, tests
	@$(MAKE) --no-print-directory --jobs 2 --output-sync checked-compiled checked-mypy checked-pyright checked-pages
	$(CHECK)/bin/python -m pytest -n $(WORKERS) --dist worksteal --durations=20 --durations-min=10 $(ARGS)

# What uses one core each, two at a time.
.PHONY: checked-compiled checked-mypy checked-pyright checked-pages
checked-compiled: compiled # the tests of decisions in production, before the installed wheel on the path
	$(CHECK)/bin/python $(PIP) install --quiet --quiet --no-deps --upgrade --target build/compiled-wheel dist/compiled/*.whl
	FILLRATE_NEEDS=compiled PYTHONPATH=build/compiled-wheel $(CHECK)/bin/python -m pytest --quiet -p no:cacheprovider tests/deploy

checked-mypy:
	$(CHECK)/bin/mypy

checked-pyright:
	$(CHECK)/bin/pyright --pythonpath $(CHECK)/bin/python

checked-pages:
	$(CHECK)/bin/ruff check
	$(CHECK)/bin/ruff format --check
	$(CHECK)/bin/python tools/pages.py --check

clean: ## remove what was built, and caches; .venv stays
	rm -rf build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage htmlcov
	find src tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

# --- environments: a stamp says that one is complete; it is made again only when its list of packages changes -----------

.PHONY: python
python:
	@test -n "$(PYTHON)" || { echo "make: no Python >= 3.11 found; say which with PYTHON=..." >&2; exit 2; }

$(VENV)/.runtime: pyproject.toml constraints.txt | python
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python $(INSTALL) -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime
	$(BIN)/python $(INSTALL) -e '.[dev]'
	@touch $@

$(PACK)/.done: constraints.txt | python
	$(PYTHON) -m venv --clear $(PACK)
	$(PACK)/bin/python $(INSTALL) build
	@touch $@

$(CHECK)/.done: pyproject.toml constraints.txt | python wheel
	$(PYTHON) -m venv --clear $(CHECK)
	$(CHECK)/bin/python $(INSTALL) dist/*.whl
	cd $(CHECK) && bin/python -I ../../tools/bare_import.py
	$(CHECK)/bin/python $(INSTALL) "$$(echo dist/*.whl)[dev]"
	@touch $@
