# Two commands are enough: `make book` and `make test`. Both work on a bare machine with
# Python 3.11 or newer; PYTHON=... chooses another interpreter.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PYTHONHASHSEED := 0
# Kernels start many times: without compiled modules each start takes seconds longer.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: book test lint data figures anchors lock clean
.DELETE_ON_ERROR:

book: $(VENV)/book-installed
	$(BIN)/jb build . -W -n --keep-going
	@echo "The book stands in _build/html: open _build/html/index.html"

test: book $(VENV)/test-installed
	tests/install-browser
	$(BIN)/python -m pytest -n auto --dist loadfile --ignore=tests/test_browser.py
	$(BIN)/python -m pytest tests/test_browser.py

lint: $(VENV)/test-installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy casebook casebook_book

# Remake the bundled reconstructions from their specifications, and the results kept with them
# (some minutes).
data: $(VENV)/book-installed
	$(BIN)/casebook reconstruct
	$(BIN)/casebook results

# Take the still pictures of the key networks and charts from a fresh build into figures/.
figures: book
	$(BIN)/casebook figures _build/html/_figures figures

# Add the anchors of a fresh build to those that must go on leading somewhere (at a release).
anchors: book
	$(BIN)/python -m casebook_book anchors

lock: $(VENV)/bin/uv
	$(BIN)/uv pip compile -q --universal --no-header --python-version 3.11 requirements.in -o requirements.txt
	$(BIN)/uv pip compile -q --universal --no-header --python-version 3.11 requirements-test.in -o requirements-test.txt

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
