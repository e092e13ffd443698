# Needs Python >= 3.11, pip and make; everything else goes into .venv.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed
COMPILED := .venv/.compiled
KERNELS := $(shell grep -rl --include='*.py' '^@kernel' planner simulator drones)
SOURCES := $(shell find planner feeds -name '*.py') $(wildcard feeds/makuhari/tables/*) scenarios/build.py $(KERNELS)
PEERS := .venv/.peers
PAGE := api/built_page/index.html
PAGE_SOURCES := $(shell find web/src web/public -type f) $(wildcard web/*.json web/*.ts web/*.html api/messages/*.toml)

.PHONY: install peers web demo test test-long lint check clean

install: $(COMPILED)

# Builds the embedded city and compiles by using it. Where a kernel has changed all are compiled anew: numba keeps what
# calls a kernel of another file as it was.
$(COMPILED): $(INSTALLED) $(SOURCES)
	$(if $(filter $(KERNELS),$?),find planner simulator drones -name '*.nb[ic]' -delete)
	$(BIN)/kaiteki build
	@touch $(COMPILED)

$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Kaiteki needs Python 3.11 or newer, this is " + sys.version.split()[0])'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,fleet,simulation,cluster,service]'
	@touch $(INSTALLED)

# Other programs the tests compare with (SUMO, PyVRP, MAVSDK, schemathesis); without them those tests skip.
peers: $(PEERS)

$(PEERS): $(COMPILED)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[peers]'
	@touch $(PEERS)

# The page of `kaiteki serve`; Node comes as a wheel where the machine has none or an old one.
web: $(PAGE)

$(PAGE): $(PAGE_SOURCES) | $(INSTALLED)
	node -e 'process.exit(+(parseInt(process.versions.node) < 20))' 2>/dev/null || \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[page]'
	cd web && PATH="$(CURDIR)/$(BIN):$$PATH" && npm ci --no-progress && npm run build
	@touch $(PAGE)

demo: install
	$(BIN)/kaiteki plan 海浜幕張駅 イオンモール幕張新都心 --arrive "2026-11-25 10:00"

test: install
	$(BIN)/python -m pytest -q -n 2 --dist loadfile -m "not long"

test-long: install
	$(BIN)/python -m pytest -q -n 2 --dist loadfile --timeout 3600 --hypothesis-profile drawn -m long

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
