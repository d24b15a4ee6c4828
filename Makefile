# Every target makes ready what it needs; `make setup` costs a second when nothing has changed.

SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-fast bench check fmt docs lock wheel screenshots

help:  ## Show these targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup:  ## Make ready: system packages where allowed, .venv from the lock file, translations
	@$(PYTHON) -m tools.setup

demo: setup  ## Run the demonstration until Ctrl-C: a URL and one-time login links
	@$(VENV)/varde demo

test: setup  ## Everything: the checks, the whole suite on SQLite, its database part on PostgreSQL
	@$(VENV)/python -m tools.test all

test-fast: setup  ## The suite without slow and browser tests (under two minutes)
	@$(VENV)/python -m tools.test fast

check: setup  ## Formatting, lint, types, floors, sizes, templates, migrations
	@$(VENV)/python -m tools.check

bench: setup  ## Measure every headline figure: bench/results.json and a table
	@$(VENV)/python -m bench

fmt: setup  ## Format and fix what can be fixed
	@$(VENV)/ruff check --fix-only --quiet . ; $(VENV)/ruff format .

docs: setup  ## Write docs/reference from the code
	@$(VENV)/python -m tools.reference

screenshots: setup  ## Take the README's pictures from the demonstration
	@$(VENV)/python -m tools.screenshots

wheel: setup  ## Build dist/varde-*.whl
	@$(VENV)/python -m tools.wheel

lock: setup  ## Resolve the dependencies anew into the lock files
	@$(VENV)/uv pip compile --quiet --generate-hashes --python-version 3.11 --no-header \
		--no-emit-index-url --no-annotate --upgrade pyproject.toml -o requirements.lock
	@$(VENV)/uv pip compile --quiet --generate-hashes --python-version 3.11 --no-header \
		--no-emit-index-url --no-annotate -c requirements.lock --group dev pyproject.toml \
		-o requirements-dev.lock
