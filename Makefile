# `make reproduce` and `make test` are all a newcomer needs: each makes its own .venv first, if there is none.
PYTHON ?= python3
OLDEST ?= python3.11
BIN = .venv/bin

.PHONY: reproduce full test slow browser cluster site slides notebooks bench lint elsewhere rounding oldest

reproduce: .venv/reproduce
	$(BIN)/python -m reproductions

full: .venv/reproduce
	$(BIN)/python -m reproductions --full

# On up to four cores, a file of tests on one: what its tests share is made once.
EVERYWHERE = --numprocesses auto --maxprocesses 4 --dist loadfile

test: .venv/test
	$(BIN)/python -m pytest $(EVERYWHERE)
	$(BIN)/python -m pytest $(EVERYWHERE) --nbmake notebooks

slow: .venv/test
	$(BIN)/python -m pytest -m "not browser and not cluster and not site"

# build/site/index.html: what the notebooks, the docstrings and the ledger say, to be read without the net.
site: .venv/site
	$(BIN)/python -m docs.make build/site-source
	rm -rf build/site
	$(BIN)/python -m sphinx -q -W --keep-going -d build/site-trees build/site-source build/site
	$(BIN)/python -m pytest -m site tests/test_site_built.py

# build/slides/index.html: three lectures with speaker's notes, and handouts to print.
slides: .venv/slides
	$(BIN)/python -m docs.make.slides build/slides
	$(BIN)/python -m pytest tests/test_slides.py

# Pages to play with, and site and slides as far as they are built, in a real browser: a Chromium of this machine (or
# CHROMIUM=its path), else they are skipped.
browser: .venv/browser
	$(BIN)/python -m pytest -m browser -rs tests/test_browser.py tests/test_site_browser.py

# The studies on a local Dask cluster: its tests are skipped where Dask is not installed.
cluster: .venv/test .venv/cluster
	$(BIN)/python -m pytest -m cluster -rs tests/test_cluster.py

notebooks: .venv/test
	$(BIN)/python -m pytest $(EVERYWHERE) --nbmake --overwrite notebooks
	$(BIN)/python -m docs.tidy

bench: .venv/bench
	$(BIN)/python -m benchmarks

lint: .venv/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# `make test` as on another processor, one of 2008: no AVX, no FMA, so that all sums round otherwise. On x86-64 only.
WITHOUT = AVX2 FMA3 AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL AVX512_SPR X86_V3 X86_V4
elsewhere: export NUMBA_CPU_NAME = nehalem
elsewhere: export NUMBA_CPU_FEATURES =
elsewhere: export OPENBLAS_CORETYPE = Nehalem
elsewhere: export NPY_DISABLE_CPU_FEATURES = $(WITHOUT)
elsewhere: test

# The notebooks with every network's first weights changed by 1e-14, in three ways: what hangs on rounding comes to light.
rounding: export PYTHONPATH = $(CURDIR)/tools/rounding:$(CURDIR)
rounding: export OPENBLAS_NUM_THREADS = 1
rounding: .venv/test
	set -e; for n in 1 2 3; do ROUNDING=$$n $(BIN)/python -m pytest $(EVERYWHERE) --nbmake notebooks; done

# The tests with the lowest version of everything that pyproject.toml allows, in an environment of their own.
oldest: export NUMBA_CACHE_DIR = $(CURDIR)/.oldest/cache
oldest:
	$(OLDEST) -m venv --clear .oldest
	$(OLDEST) .ci/lowest.py > .oldest/lowest.txt
	.oldest/bin/python -m pip install --quiet --editable ".[test]" --constraint .oldest/lowest.txt
	.oldest/bin/python -m pytest
	.oldest/bin/python -m pytest --nbmake notebooks

.venv/%: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable ".[$*]"
	touch $@
