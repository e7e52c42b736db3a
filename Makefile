# The two commands of a newcomer: `make build` and `make test`. Each sets up what it needs.
DATA ?= data/demo
WAREHOUSE ?= build/regional.duckdb
QUERY ?= analysis/theil_by_region_and_year.sql
PYTHON ?= python3
BIN := .venv/bin

# What was given reaches the shell as environment variables, as it is: neither make nor the shell reads a $, a quotation
# mark or a space in it.
override DATA := $(value DATA)
override WAREHOUSE := $(value WAREHOUSE)
override QUERY := $(value QUERY)
override TO := $(value TO)
override KEEP := $(value KEEP)
override LABELS := $(value LABELS)
override STUDY := $(value STUDY)
override PORT := $(value PORT)
export DATA WAREHOUSE QUERY TO KEEP LABELS STUDY PORT

# two processes, a file of tests in one of them, in the order of tests/conftest.py
SIDE_BY_SIDE := -n 2 --dist loadfile --no-loadscope-reorder

.PHONY: build update versions rollback test test-long audit verify bench query docs report explore export package demo lock clean

build: .venv/installed
	@$(BIN)/regional build "--data=$$DATA" "--warehouse=$$WAREHOUSE" $${KEEP:+"--keep=$$KEEP"}

update: .venv/installed
	@$(BIN)/regional update "--data=$$DATA" "--warehouse=$$WAREHOUSE" $${KEEP:+"--keep=$$KEEP"}

versions: .venv/installed
	@$(BIN)/regional versions "--warehouse=$$WAREHOUSE"

rollback: .venv/installed
	@$(BIN)/regional rollback "--warehouse=$$WAREHOUSE" "--to=$$TO"

test: .venv/installed-dev
	$(BIN)/python -m tests.lint
	$(BIN)/python -m pytest -m "not long" $(SIDE_BY_SIDE)

test-long: .venv/installed-dev
	$(BIN)/python -m pytest -m long $(SIDE_BY_SIDE)

audit: .venv/installed-dev
	$(BIN)/python -m tests.audit_dependencies

verify: .venv/installed-dev
	$(BIN)/python -m tests.verify

bench: .venv/installed-dev
	$(BIN)/python -m benchmarks.run

query: .venv/installed
	@$(BIN)/regional query "--warehouse=$$WAREHOUSE" -- "$$QUERY"

docs: .venv/installed
	@$(BIN)/regional docs "--warehouse=$$WAREHOUSE"

explore: .venv/installed
	@$(BIN)/regional explore "--warehouse=$$WAREHOUSE" $${PORT:+"--port=$$PORT"}

export: .venv/installed
	@$(BIN)/regional export --all "--warehouse=$$WAREHOUSE" $${TO:+"--to=$$TO"} $${LABELS:+"--labels=$$LABELS"}

package: .venv/installed
	@$(BIN)/regional package "--warehouse=$$WAREHOUSE" "--data=$$DATA" $${TO:+"--to=$$TO"} -- "$$STUDY"

report: .venv/installed
	@$(BIN)/regional report "--warehouse=$$WAREHOUSE" $${TO:+"--to=$$TO"}

demo: .venv/installed-dev
	$(BIN)/python -m simulation

lock:
	uv pip compile pyproject.toml --universal --no-strip-extras --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links -q -o requirements.lock --custom-compile-command "make lock"
	uv pip compile pyproject.toml --extra dev -c requirements.lock --universal --no-strip-extras --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-emit-find-links -q -o requirements-dev.lock \
		--custom-compile-command "make lock"

clean:
	rm -rf .venv target logs build/* build/.working

.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: set PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --log .venv/pip.log --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/installed-dev: requirements-dev.lock .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --log .venv/pip.log --require-hashes -r requirements-dev.lock
	@touch $@
