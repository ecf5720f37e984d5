# Two commands are enough: `make book` and `make test`. Both work on a bare machine with
# Python 3.11 or newer; PYTHON=... chooses another interpreter.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PYTHONHASHSEED := 0
# A file of tests to a worker.
SPREAD := --dist loadfile
# Kernels start many times: without compiled modules each start takes seconds longer.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: book preview pdf release pyodide test unit site-checksums lint data checksums figures anchors times lock upgrade clean
.DELETE_ON_ERROR:

book: $(VENV)/book-installed
	$(BIN)/jb build . -W -n --keep-going
	@echo "The book stands in _build/html: open _build/html/index.html"

# The book while you write: pages reload when a chapter, a style or the code changes.
preview: $(VENV)/book-installed
	$(BIN)/python tools/preview.py

# Everything to publish, in _build/release: the site with a zip of it and the book as PDF to
# download, factsheets, data, checksums, manifest.
release: pyodide pdf
	$(BIN)/python -m casebook_book.release

pdf: book
	$(BIN)/jb build . -W -n --keep-going --builder custom --custom-builder bookpdf

# Python for browsers, 45 MB: with it the book has a Run button on each chapter.
pyodide: $(VENV)/book-installed
	$(BIN)/python -m casebook_book.run _build/pyodide

test: pyodide pdf $(VENV)/test-installed
	tests/install-browser
	$(BIN)/python -m pytest $(SPREAD) -n auto --ignore-glob='tests/test_browser*.py'
	$(BIN)/python -m pytest $(SPREAD) --no-loadscope-reorder -n 2 \
	    tests/test_browser_run.py tests/test_browser*.py

# The tests that need no built book: some minutes.
unit: $(VENV)/test-installed
	$(BIN)/python -m pytest $(SPREAD) -n auto -m "not site and not browser and not bundle"

# The SHA-256 of every file of the site, the same for the same commit, whatever the machine, the
# folder or the Python.
site-checksums: book
	cd _build/html && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum > ../checksums.txt

lint: $(VENV)/test-installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy casebook casebook_book tools

# Remake the bundled reconstructions from their specifications, and the results kept with them
# (some minutes).
data: $(VENV)/book-installed
	$(BIN)/casebook reconstruct
	$(BIN)/casebook results

# After a change of a table that was meant: renew its checksum in data/datapackage.json.
checksums: $(VENV)/book-installed
	$(BIN)/casebook checksums

# Take the still pictures of the key networks and charts from a fresh build into figures/.
figures: book
	$(BIN)/casebook figures _build/html/_figures figures

# How long each chapter takes, in a build from nothing, for the page on the state of the build.
times: $(VENV)/book-installed
	rm -rf _build/.jupyter_cache _build/.doctrees
	$(MAKE) book
	$(BIN)/python benchmarks/run_times.py

# Add the anchors of a fresh build to those that must go on leading somewhere (at a release).
anchors: book
	$(BIN)/python -m casebook_book anchors

lock: $(VENV)/bin/uv
	$(BIN)/uv pip compile -q $(LOCK) --universal --no-header --python-version 3.11 requirements.in -o requirements.txt
	$(BIN)/uv pip compile -q $(LOCK) --universal --no-header --python-version 3.11 requirements-test.in -o requirements-test.txt

# Take the newest versions that requirements.in allows, and see what they change for a reader.
# Back again: git checkout requirements.txt requirements-test.txt && make book
upgrade: book
	rm -rf _build/before
	cp -R _build/html _build/before
	$(MAKE) lock LOCK=--upgrade
	git --no-pager diff --stat -- requirements.txt requirements-test.txt
	$(MAKE) book
	$(BIN)/python tools/compare_sites.py _build/before _build/html > _build/upgrade.txt
	@cat _build/upgrade.txt

clean:
	rm -rf _build $(VENV)

# uv installs in seconds where pip takes most of a minute.
$(VENV)/bin/uv:
	@echo "Making the environment in $(VENV)"
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q uv

$(VENV)/book-installed: requirements.txt pyproject.toml | $(VENV)/bin/uv
	@echo "Installing the pinned requirements"
	$(BIN)/uv pip install -q --python $(BIN)/python -r requirements.txt
	@touch $@

$(VENV)/test-installed: requirements-test.txt $(VENV)/book-installed
	@echo "Installing what the tests need"
	$(BIN)/uv pip install -q --python $(BIN)/python -r requirements-test.txt
	@touch $@
