# Lentera. `make demo` runs the portal with demo content; `make test` passes the tests. Both set everything up first.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
RUN := $(VENV)/bin/python
MANAGE := $(RUN) manage.py
REQUIREMENTS := requirements/dev.txt
STAMP := $(VENV)/.installed

.PHONY: demo serve test test-es9 lint services drills bench judge messages requirements screenshots clean

$(STAMP): $(REQUIREMENTS)
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r $(REQUIREMENTS)
	@touch $(STAMP)

# Catalogues are compiled from the .po files at set-up; git keeps only the sources.
setup: $(STAMP)
	@$(MANAGE) compile_messages

## The portal with demo content on http://localhost:$(PORT)/
demo: setup
	@$(MANAGE) demo
	@$(MANAGE) serve --port $(PORT)

## The portal with what is already in var/
serve: setup
	@$(MANAGE) collectstatic --noinput --verbosity 0
	@$(MANAGE) serve --port $(PORT)

## Install what tests start: PostgreSQL, nginx, Chromium, Java (Debian packages) and the core of Elasticsearch (by Maven)
services:
	@sh .ci/services

test: setup services
	@$(RUN) .ci/test.py

## The engine against a server of the next major version; needs a JDK 21 or newer, so it is no part of "make test"
test-es9: setup
	@ELASTICSEARCH_VERSION=9.1.3 sh .ci/services
	@ELASTICSEARCH_VERSION=9.1.3 $(RUN) .ci/test.py -q -m elasticsearch tests/contracts

lint: setup
	@$(RUN) .ci/lint.py

## What takes minutes or asks the clock, on the shipped server: 2G, twenty kills, a thousand wrong receipts, 700 reports in a minute
drills: setup services
	@REQUIRE_SERVERS=1 $(RUN) -m pytest -q -s -p no:randomly tests/drills/drill_*.py
	@DRILL=1 $(RUN) -m pytest -q -s -p no:randomly tests/content/reports/test_bursts.py -k must_show

bench: setup
	@$(RUN) tests/benchmarks/import_jobs.py
	@$(RUN) tests/benchmarks/run.py
	@$(RUN) tests/benchmarks/search.py

## How good the search is: the judged queries on SQLite, PostgreSQL and Elasticsearch
judge: setup services
	@$(RUN) -m tests.search.judge --postgresql --elasticsearch

## Collect new interface texts into portal/locale/*/django.po
messages: $(STAMP)
	@$(MANAGE) messages

## Pictures of the portal for the README
screenshots: setup
	@$(RUN) docs/pictures/take.py

## Resolve pyproject.toml into the pinned files, with hashes and without a registry host
requirements:
	uv pip compile pyproject.toml --generate-hashes --no-emit-index-url --no-emit-find-links --universal --python-version 3.11 --custom-compile-command "make requirements" -o requirements/base.txt
	uv pip compile pyproject.toml --all-extras --generate-hashes --no-emit-index-url --no-emit-find-links --universal --python-version 3.11 -c requirements/base.txt --custom-compile-command "make requirements" -o requirements/production.txt
	uv pip compile pyproject.toml --all-extras --group dev --generate-hashes --no-emit-index-url --no-emit-find-links --universal --python-version 3.11 -c requirements/base.txt --custom-compile-command "make requirements" -o requirements/dev.txt

clean:
	rm -rf var $(VENV)
