# Run, test and look after a Tashbik node. `make help` lists what there is.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

PYTHON ?= $(shell command -v python3.11 || command -v python3)
export PYTHON
unexport PYTHONDONTWRITEBYTECODE  # hundreds of processes start here: what one has compiled the others read
BIN := .venv/bin
WEB := services/gateway/web
PAGE := $(WEB)/dist/index.html
WORKERS ?= 4
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --no-loadscope-reorder

.PHONY: help setup setup-test demo up down status logs test test-slow test-all compose-test lint types audit chaos bench clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: parts-to-run $(BIN)/.installed $(PAGE) ## Install what a node needs; quick where it is there

setup-test: setup parts-to-test ## Install what the tests need beside that

demo: setup ## Start a node, play the main job on it, and leave it running
	@$(BIN)/python -m demo.play

up: setup ## Start a node
	@$(BIN)/tashbik up

down: ## Stop the node and remove its data (make down KEEP=1 keeps the data)
	@if [ -x $(BIN)/tashbik ]; then $(BIN)/tashbik down $(if $(KEEP),--keep-data); fi

status: $(BIN)/.installed ## Show every process of the node
	@$(BIN)/tashbik status

logs: $(BIN)/.installed ## Show the last lines of every log
	@$(BIN)/tashbik logs

test: setup-test ## Run every test but the slow ones
	$(PYTEST) -m "not slow" $(ARGS)

test-slow: setup-test ## Run the slow ones
	$(PYTEST) -m slow $(ARGS)

test-all: setup-test ## Run both at once, which is sooner done
	$(PYTEST) $(ARGS)

compose-test: $(BIN)/.installed ## Prove the node in containers; see docs/compose.md for what it needs
	@PYTHONPATH=.:shared $(BIN)/python -m tests.compose $(ARGS)

lint: $(BIN)/.installed ## Check style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(BIN)/.installed ## Check types
	$(BIN)/mypy

audit: $(BIN)/.installed ## Ask whether a fault is known of a package; needs a network
	@$(BIN)/python bin/audit $(ARGS)

chaos: setup ## Break a node at random for ten minutes, and report what was lost or doubled
	@$(BIN)/python -m tests.chaos $(ARGS)

bench: setup parts-to-bench ## Measure against baselines
	@$(BIN)/python -m tests.bench $(ARGS)

clean: down ## Remove all that was installed or made here
	rm -rf .run .venv $(WEB)/node_modules $(WEB)/dist tashbik.egg-info
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# How the pieces come about

.PHONY: parts-to-run parts-to-test parts-to-bench
parts-to-run:
	@bin/install-parts run

parts-to-test:
	@bin/install-parts test

parts-to-bench:
	@bin/install-parts bench

$(BIN)/.installed: pyproject.toml requirements.lock requirements-dev.lock | parts-to-run
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; $(PYTHON) is older. Name another by PYTHON=…" >&2; exit 1; }
	@echo "Installing Python packages into .venv"
	@[ -x $(BIN)/pip ] || $(PYTHON) -m venv .venv
	@$(BIN)/pip install --disable-pip-version-check --quiet --progress-bar on -r requirements-dev.lock
	@$(BIN)/pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(WEB)/node_modules/.installed: $(WEB)/package.json $(WEB)/package-lock.json | parts-to-run
	@echo "Installing the map page's packages"
	@cd $(WEB) && npm install --no-save --no-audit --no-fund --loglevel=error  # `ci` wants all platforms in the lock file
	@touch $@

$(PAGE): $(WEB)/node_modules/.installed $(WEB)/index.html $(WEB)/vite.config.ts $(WEB)/tsconfig.json $(shell find $(WEB)/src -type f)
	@echo "Building the map page"
	@cd $(WEB) && npm run build --silent
	@touch $@
