# `make reproduce` and `make test` are all a newcomer needs: each makes its own .venv first, if there is none.
PYTHON ?= python3
BIN = .venv/bin

.PHONY: reproduce full test slow notebooks bench lint

reproduce: .venv/reproduce
	$(BIN)/python -m reproductions

full: .venv/reproduce
	$(BIN)/python -m reproductions --full

test: .venv/test
	$(BIN)/python -m pytest
	$(BIN)/python -m pytest --nbmake notebooks

slow: .venv/test
	$(BIN)/python -m pytest -m "slow or not slow"

notebooks: .venv/test
	$(BIN)/python -m pytest --nbmake --overwrite notebooks

bench: .venv/bench
	$(BIN)/python -m benchmarks

lint: .venv/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

.venv/%: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable ".[$*]"
	touch $@
