# The front door: `make` lists what it can do. Needs Python 3.11 or newer, and nothing else.

PYTHON ?= python3
UV := 0.13.9
BIN := .venv/bin

export PICCOLO_CONF := techtree.piccolo_conf

.DEFAULT_GOAL := help
.PHONY: help run test check bench load chaos messages screenshots format lint types lock clean reset installed installed-dev venv

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: installed ## set up what is missing, start TechTree, print its address; Ctrl-C stops it
	@exec $(BIN)/python -m techtree run

# Tests wait more than they work, so three processes share them. Those that measure how soon a page
# recovers come after the others, by themselves.
ALONE := tests/chaos tests/proxies

define run-tests
@$(BIN)/python -m pytest -n 3 --dist loadfile $(ALONE:%=--ignore=%)
@$(BIN)/python -m pytest $(ALONE)
endef

test: installed-dev ## run every test
	$(run-tests)

check: installed-dev ## format, lint, types, import contract, then every test
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	$(run-tests)

bench: installed-dev ## measure live updates against others, pages, and grading; ONLY=fanout RUNS=1 for a part
	@$(if $(filter grading page,$(ONLY)),:,$(BIN)/python -m tests.benchmarks $(if $(ONLY),--only $(ONLY)) $(if $(RUNS),--runs $(RUNS)) $(BENCH))
	@$(if $(filter-out page,$(ONLY)),:,$(BIN)/python -m tests.browser.budget)
	@$(if $(filter-out grading,$(ONLY)),:,$(BIN)/python -m tests.grading)

messages: installed-dev ## bring the translations of the interface up to date; prints what they lack
	@$(BIN)/python -m tests.languages

chaos: installed-dev ## break the real stack on purpose; SEED=7 ROUNDS=3 WEBS=3 WORKERS=3 BALANCER=haproxy
	@CHAOS_CONNECTS=10000 CHAOS_EVENTS=100000 $(BIN)/python -m pytest -q tests/live/test_bounds.py
	@$(BIN)/python -m tests.chaos $(if $(SEED),--seed $(SEED)) $(if $(ROUNDS),--rounds $(ROUNDS)) \
		$(if $(WEBS),--webs $(WEBS)) $(if $(WORKERS),--workers $(WORKERS)) $(if $(BALANCER),--balancer $(BALANCER)) $(CHAOS)

load: installed-dev ## let learners learn all day, and see what carries them; LEARNERS=50 MINUTES=10 THINK=1
	@$(BIN)/python -m tests.load $(if $(LEARNERS),--learners $(LEARNERS)) $(if $(MINUTES),--minutes $(MINUTES)) $(if $(THINK),--think $(THINK)) $(LOAD)

screenshots: installed-dev ## take pictures of every page and state into .techtree/screenshots
	@$(BIN)/python -m tests.screenshots

format: installed-dev ## format the code and repair what can be repaired
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

lint: installed-dev ## look for mistakes and for broken import rules
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports

types: installed-dev ## check the types
	@$(BIN)/mypy

# Never uv.lock: it would carry the address of the registry it was made with. See docs/decisions.
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate $(UPGRADE)

lock: venv ## write the lock files anew from pyproject.toml; with UPGRADE=--upgrade, newer versions
	@echo "uv==$(UV)" | $(COMPILE) - -o requirements-uv.lock
	@$(COMPILE) pyproject.toml -o requirements.lock
	@$(COMPILE) pyproject.toml --group dev --constraint requirements.lock -o requirements-dev.lock

clean: ## remove the virtual environment and all caches; data stays
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

reset: installed ## delete all accounts, courses and chats, after asking
	@$(BIN)/python -m techtree reset

# Nothing is cached, for a cache would lie in the home folder: all that this makes is in the clone.
# A copy of the lock beside the environment tells whether it is up to date. Times of files do not:
# a checkout of an older commit makes an older lock newer. What is installed for development
# contains all that is needed to run.
installed: venv
	@cmp -s requirements.lock .venv/requirements.lock || { \
		echo "Installing what TechTree needs into .venv ..." && \
		$(BIN)/uv pip install --quiet --no-cache --python $(BIN)/python --require-hashes -r requirements.lock && \
		cp requirements.lock .venv/requirements.lock; }

installed-dev: venv
	@cmp -s requirements-dev.lock .venv/requirements-dev.lock || { \
		echo "Installing what tests and checks need into .venv ..." && \
		$(BIN)/uv pip install --quiet --no-cache --python $(BIN)/python --require-hashes -r requirements-dev.lock && \
		cp requirements-dev.lock requirements.lock .venv/; }

# Its programs name its folder, so a clone that was moved gets a new one.
venv:
	@[ "$$(cat .venv/place 2>/dev/null)" = "$(CURDIR)" ] && $(BIN)/python -c "" 2>/dev/null \
		&& cmp -s requirements-uv.lock .venv/requirements-uv.lock || { \
		$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>/dev/null || { \
			echo "TechTree needs Python 3.11 or newer, and $(PYTHON) is" \
				"$$($(PYTHON) --version 2>&1); try: make PYTHON=python3.12 ..." >&2; exit 1; }; \
		$(PYTHON) -c "import ensurepip, venv" 2>/dev/null || { \
			echo "$(PYTHON) comes without its venv module; on Debian and Ubuntu:" \
				"apt install python3-venv" >&2; exit 1; }; \
		$(PYTHON) -m venv --clear .venv && \
		$(BIN)/python -m pip install --quiet --no-cache-dir --disable-pip-version-check \
			--require-hashes -r requirements-uv.lock && \
		cp requirements-uv.lock .venv/ && printf '%s' "$(CURDIR)" > .venv/place; }
