# The verbs of the project; `make help` lists them.
SHELL := /bin/bash
HOST ?= 127.0.0.1
PORT ?= 8000
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(not (3,11) <= sys.version_info < (3,14))' && { command -v $$p; break; }; done)
BIN := .venv/bin
COMPILE = $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test check migrate eval reliability bench bench-extract openapi lock contract client-ts check-lock check-openapi

help: ## list the verbs
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.venv/.python:
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed and was not found on PATH" >&2; exit 1; }
	@$(PYTHON) -m venv .venv
	@touch $@

# The development set contains the runtime set, so either stamp serves the other's verbs.
.venv/.runtime: .venv/.python requirements.lock pyproject.toml
	@if [ ! -e .venv/.dev ]; then $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock; fi
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: .venv/.python requirements-dev.lock pyproject.toml
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

setup: .venv/.runtime ## make .venv from the hashed runtime lock

setup-dev: .venv/.dev ## the same with the development tools

migrate: .venv/.runtime ## create or upgrade the database
	@$(BIN)/sitrep migrate

run: .venv/.runtime ## migrate, ingest the samples, serve on HOST:PORT
	@$(BIN)/sitrep serve --check --host $(HOST) --port $(PORT)
	@$(BIN)/sitrep migrate
	@$(BIN)/sitrep ingest --samples
	@if [ ! -e data/.key-shown ]; then echo "Your write key (shown once):"; $(BIN)/sitrep keys create --scope write --name first-run && touch data/.key-shown; fi
	@exec $(BIN)/sitrep serve --host $(HOST) --port $(PORT)

test: .venv/.dev ## run the whole test suite
	@$(BIN)/pytest

CONTRACT = tools/contract/node_modules

$(CONTRACT)/.stamp: tools/contract/package-lock.json
	@command -v npm >/dev/null || { echo "Node 20 and npm are needed for this verb" >&2; exit 1; }
	@npm ci --prefix tools/contract --loglevel=error
	@touch $@

contract: .venv/.dev $(CONTRACT)/.stamp check-openapi ## hold docs/openapi.json to its promises: Spectral, nothing broken since the last release
	@$(BIN)/python -m scripts.breaking docs/openapi.released.json docs/openapi.json
	@mkdir -p build && $(BIN)/python -m scripts.openapi31 < docs/openapi.json > build/openapi31.json
	@$(CONTRACT)/.bin/spectral lint build/openapi31.json -r tools/contract/spectral.yaml --fail-severity hint

client-ts: .venv/.dev $(CONTRACT)/.stamp ## generate and compile the TypeScript client from docs/openapi.json
	@mkdir -p build && $(BIN)/python -m scripts.openapi31 < docs/openapi.json > build/openapi31.json
	@cd clients/typescript && ../../$(CONTRACT)/.bin/openapi-ts -f openapi-ts.config.mjs && ../../$(CONTRACT)/.bin/tsc -p .

check: .venv/.dev check-lock check-openapi ## lint, types, import law, lock and OpenAPI in step
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

check-lock: .venv/.dev
	@d=$$(mktemp -d); trap 'rm -rf "$$d"' EXIT; cp requirements*.lock $$d/; \
	$(COMPILE) --extra build -o $$d/requirements.lock && $(COMPILE) --extra build --extra dev -o $$d/requirements-dev.lock && \
	for f in requirements.lock requirements-dev.lock; do cmp -s $$f $$d/$$f || { echo "$$f is not in step with pyproject.toml: run 'make lock'" >&2; diff $$f $$d/$$f | head -20 >&2; exit 1; }; done

check-openapi: .venv/.dev
	@d=$$(mktemp -d); trap 'rm -rf "$$d"' EXIT; $(BIN)/sitrep openapi > $$d/openapi.json && \
	{ cmp -s docs/openapi.json $$d/openapi.json || { echo "docs/openapi.json is not in step with the code: run 'make openapi' and read the difference" >&2; diff docs/openapi.json $$d/openapi.json | head -40 >&2; exit 1; }; }

lock: .venv/.dev ## compile the hashed locks from pyproject.toml
	@$(COMPILE) --extra build -o requirements.lock
	@$(COMPILE) --extra build --extra dev -o requirements-dev.lock

openapi: .venv/.dev ## write docs/openapi.json
	@$(BIN)/sitrep openapi > docs/openapi.json

eval: .venv/.dev ## score the extraction on SITREP_EVAL_DIR and compare with tests/scores.json
	@$(BIN)/python scripts/evaluate.py

reliability: .venv/.dev ## kill a server 50 times under 1,000 briefings, edit a live page 200 times; about 6 minutes
	@$(BIN)/python -m scripts.reliability $(if $(SEED),--seed $(SEED)) $(ARGS)
	@$(BIN)/python -m scripts.feeds

bench: .venv/.dev ## measure extraction, lists, a walk under writers, exports, the live stream, ingestion (ARGS="--postgres --rows 1000000")
	@$(BIN)/python -m scripts.bench $(ARGS)

bench-extract: .venv/.dev ## reading SITREP_EVAL_DIR's texts against spaCy's tagger, parser and ner alone; about 2 minutes
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -W ignore -m scripts.bench_extract $(ARGS)
