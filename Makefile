# Everything here needs Python 3.11 or newer and make; the rest is installed into .venv.
#   make PYTHON=/path/to/python3.12 setup     chooses the Python
#   make ARGS="he-variance --seed 1" verify   passes arguments on (verify, prove, counterexamples, slips, test, bench)

PYTHON ?= python3
WORKERS ?= 2
ARGS ?=
CHROMIUM ?= chromium

BIN := .venv/bin
STAMP := .venv/.setup-complete
SUPPORTED := import sys; sys.exit(sys.version_info < (3, 11))

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup verify test test-browser test-frameworks nightly lint prove counterexamples slips bench constraints clean distclean

# What is installed elsewhere must not leak in, and NumPy's threads must not compete with workers.
unexport PYTHONPATH PYTHONHOME
export OPENBLAS_NUM_THREADS := 1
export OMP_NUM_THREADS := 1

help:
	@echo "make setup      create or refresh .venv"
	@echo "make verify     derive, check and sample every theorem; print the verdicts"
	@echo "make test       run the tests (fixed seeds)"
	@echo "make test-browser  run the explorer's tests in Chromium, which must be installed"
	@echo "make test-frameworks  install torch, Keras, JAX and Flax beside, and run the tests that need them"
	@echo "make nightly    run the tests with fresh seeds, which are printed"
	@echo "make lint       ruff and mypy"
	@echo "make prove      regenerate proofs/; make ARGS=NAME prove: one theorem's page, in seconds"
	@echo "make counterexamples  search what breaks without each assumption, where that is not known yet"
	@echo "make slips      change every result in one place; what nothing refutes or explains fails"
	@echo "make bench      run the benchmarks"
	@echo "make constraints  choose the newest versions that pyproject.toml allows, and pin them"
	@echo "make clean      remove caches and build products; make distclean removes .venv as well"

setup: $(STAMP)
	@:

# The stamp is removed first and written last: a .venv without one was interrupted, and is made
# anew. With one, the installation is refreshed in place.
$(STAMP): pyproject.toml constraints.txt
	@command -v "$(PYTHON)" >/dev/null || \
	  { echo "setup: $(PYTHON) not found; install Python 3.11 or newer, or name it: make PYTHON=... setup" >&2; exit 1; }
	@"$(PYTHON)" -c '$(SUPPORTED)' || \
	  { echo "setup: $$("$(PYTHON)" -V 2>&1) is too old, 3.11 or newer is needed; name one: make PYTHON=... setup" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "setup: $(PYTHON) cannot make virtual environments; on Debian or Ubuntu: apt install python3-venv" >&2; exit 1; }
	@if [ -e $@ ] && $(BIN)/python -c '$(SUPPORTED)' 2>/dev/null; then \
	  echo "setup: refreshing .venv"; rm -f $@; \
	else \
	  echo "setup: making .venv with $$("$(PYTHON)" -V) (about a minute)"; rm -f $@; \
	  "$(PYTHON)" -m venv --clear .venv; \
	fi
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input \
	  --constraint constraints.txt --editable '.[test,data,figures,explore]'
	@touch $@

verify: setup
	@$(BIN)/xavier-theory verify $(ARGS)

test: setup
	@$(BIN)/python -m pytest -n $(WORKERS) --hypothesis-profile=ci $(ARGS)

# Their number of workers is one: they share one server and one browser.
test-browser: setup
	@command -v "$(CHROMIUM)" >/dev/null || \
	  { echo "test-browser: $(CHROMIUM) not found; on Debian: apt install chromium; or name it: make CHROMIUM=... test-browser" >&2; exit 1; }
	@CHROMIUM="$(CHROMIUM)" $(BIN)/python -m pytest -n 0 --hypothesis-profile=ci tests/browser $(ARGS)

# torch, Keras, JAX and Flax have an environment of their own: about 2 GB. torch goes first, as its
# version decides what else fits.
FRAMEWORKS := .venv-frameworks
test-frameworks: $(FRAMEWORKS)/.setup-complete
	@KERAS_BACKEND=jax $(FRAMEWORKS)/bin/python -m pytest -n 0 --hypothesis-profile=ci \
	  tests/frameworks/with_extras $(ARGS)

$(FRAMEWORKS)/.setup-complete: pyproject.toml constraints.txt constraints-frameworks.txt
	@"$(PYTHON)" -c '$(SUPPORTED)' || \
	  { echo "test-frameworks: Python 3.11 or newer is needed; name one: make PYTHON=... test-frameworks" >&2; exit 1; }
	@rm -f $@
	@"$(PYTHON)" -m venv $(FRAMEWORKS)
	@for what in torch '--editable .[test,torch,keras,jax]'; do \
	  $(FRAMEWORKS)/bin/python -m pip install --quiet --disable-pip-version-check --no-input \
	    --constraint constraints.txt --constraint constraints-frameworks.txt $$what || exit 1; \
	done
	@touch $@

nightly: setup
	@$(BIN)/python -m pytest -n $(WORKERS) --hypothesis-profile=nightly $(ARGS)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

prove: setup
	@$(BIN)/xavier-theory prove $(ARGS)

counterexamples: setup
	@$(BIN)/python -m tools.search_counterexamples $(ARGS)

slips: setup
	@$(BIN)/python -m tools.slips.page --write $(ARGS)

bench: setup
	@set -e; for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python "$$file" $(ARGS); done

# Pins are what a fresh environment without pins gets: no more, no less.
constraints:
	: > constraints.txt
	$(MAKE) distclean
	$(MAKE) setup
	$(BIN)/python -m pip freeze --exclude-editable | tr '[:upper:]' '[:lower:]' > constraints.new
	mv constraints.new constraints.txt
	touch $(STAMP)

clean:
	rm -rf build dist *.egg-info .pytest_cache .hypothesis .mypy_cache .ruff_cache
	find . \( -path ./.venv -o -path ./$(FRAMEWORKS) \) -prune -o -type d -name __pycache__ -prune -exec rm -rf {} +

distclean: clean
	rm -rf .venv $(FRAMEWORKS)
