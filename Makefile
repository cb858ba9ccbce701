# Two commands for everyone (run, test), the others for contributors; README.md says when to use which.

PYTHON ?= python3
ARGS ?=
# So many tests run side by side.
JOBS ?= auto

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# A .venv serves the folder and the Python it was made for; in a moved one HAVE is empty, and it is made anew.
HAVE := $(shell $(BIN)/python -c 'import pip, sys; print("%d.%d" % sys.version_info[:2] \
	if sys.prefix in open(sys.prefix + "/bin/pip").read() else "")' 2>/dev/null)
ifeq ($(origin PYTHON),file)
WANT := $(HAVE)
else
WANT := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
endif
REMAKE := $(if $(HAVE),$(if $(filter $(HAVE),$(WANT)),,venv),venv)

.PHONY: help run test fast fuzz interop delivery app format check bench pictures venv
.NOTPARALLEL:

help:
	@echo "make run      open the window with the bundled cat-dog-horse experiment"
	@echo "make test     run the whole test suite, without a screen: the same tests with the same inputs each time"
	@echo "make fast     run the tests that open no window, start no program and compute little, in less than a minute"
	@echo "make fuzz     run the tests that search for counterexamples, at random and with many more inputs"
	@echo "make interop  open what is exported with the programs that it is for; installs them, which is large"
	@echo "make delivery build the wheel, install it by pip, uv and pipx, and start the window of each"
	@echo "make app      build a folder that starts without Python (build/app), and try it"
	@echo "make format   format the code and sort its imports"
	@echo "make check    lint, check the format, the types and the import rules"
	@echo "make pictures take the README's pictures of the window's pages again, without a screen"
	@echo "make bench    run the measurements of tests/benchmarks"
	@echo
	@echo "Each one makes .venv and installs what it needs into it. PYTHON=python3.13 chooses another Python,"
	@echo "ARGS=... is passed on to the program of run and to pytest, JOBS=1 runs one test at a time."

run: $(VENV)/run.stamp
	@$(BIN)/python -m lab.system --install --window
	@$(BIN)/delta-lab $(ARGS)

# The bytecode of the tests is kept: making it takes each process twenty seconds.
export PYTHONDONTWRITEBYTECODE :=
PYTEST := $(BIN)/python -m pytest --numprocesses=$(JOBS) --dist=worksteal

test: $(VENV)/test.stamp
	@$(BIN)/python -m lab.system --install
	@$(PYTEST) $(ARGS)

fast: $(VENV)/test.stamp
	@$(PYTEST) -m "not slow" --hypothesis-profile=fast $(ARGS)

fuzz: $(VENV)/test.stamp
	@$(PYTEST) -m "hypothesis or fuzz" --hypothesis-profile=fuzz $(ARGS)
	@$(BIN)/python -m tests.damaged_files

# In an environment of its own: what is exported is to be opened there, and some of these programs are large.
INTEROP := .venv-interop

interop: $(INTEROP)/stamp
	@KERAS_BACKEND=torch $(INTEROP)/bin/python -m pytest --override-ini=addopts="--import-mode=importlib -p pytester -ra" -s tests/interop $(ARGS)

# PyTorch as pip finds it for Linux brings 3 GB for graphics cards along; PIP_EXTRA_INDEX_URL can name an index without.
$(INTEROP)/stamp: pyproject.toml
	@echo "Installing Delta Lab[interop] and its dependencies into $(INTEROP): minutes the first time."
	@$(PYTHON) -m venv $(INTEROP)
	@$(INTEROP)/bin/python -m pip --disable-pip-version-check --quiet install --editable '.[interop]'
	@touch $@

# Beside nothing but what it needs, so that neither finds more than its users have.
DELIVERY := .venv-delivery

delivery: $(DELIVERY)/stamp
	@$(DELIVERY)/bin/python -m tests.delivery.try_wheel $(ARGS)

app: $(DELIVERY)/stamp
	@$(DELIVERY)/bin/python -m lab.system --install
	@$(DELIVERY)/bin/python -m tests.delivery.build_app

$(DELIVERY)/stamp: pyproject.toml
	@$(PYTHON) -m venv $(DELIVERY)
	@$(DELIVERY)/bin/python -m pip --disable-pip-version-check --quiet install --editable '.[delivery]'
	@touch $@

format: $(VENV)/test.stamp
	@$(BIN)/ruff check --select I --fix --quiet && $(BIN)/ruff format

check: $(VENV)/test.stamp
	@echo "ruff: lint" && $(BIN)/ruff check
	@echo "ruff: format" && $(BIN)/ruff format --check
	@echo "mypy: types" && $(BIN)/mypy
	@echo "import-linter: the layers of the code" && $(BIN)/lint-imports

bench: $(VENV)/bench.stamp
	@for script in $(sort $(wildcard tests/benchmarks/*.py)); do echo "== $$script" && $(BIN)/python "$$script" || exit 1; done

# name:experiment:epochs:page, one picture each. The file is resources/pictures/NAME.png.
PICTURES := window:cat-dog-horse:20:curves
PICTURES += network:digits:8:network neurons:spiral:100:network boundary:spiral:60:boundary activation:cat-dog-horse:5:activation
PICTURES += flow:vanishing-gradient:5:flow try:mnist5k:3:try errors:digits:5:errors

pictures: $(VENV)/run.stamp
	@$(BIN)/python -m lab.system --install
	@for one in $(PICTURES); do \
		name=$${one%%:*}; rest=$${one#*:}; experiment=$${rest%%:*}; rest=$${rest#*:}; \
		echo "resources/pictures/$$name.png" && \
		$(BIN)/delta-lab picture resources/experiments/$$experiment.toml --after-epochs $${rest%%:*} --page $${rest#*:} \
			--out resources/pictures/$$name.png || exit 1; \
	done

# What is installed is looked at again when pyproject.toml is newer than the stamp of the last time.
$(VENV)/run.stamp: EXTRA :=
$(VENV)/test.stamp: EXTRA := [test]
$(VENV)/bench.stamp: EXTRA := [bench]
$(VENV)/run.stamp $(VENV)/test.stamp $(VENV)/bench.stamp: pyproject.toml $(REMAKE)
	@echo "Installing Delta Lab$(EXTRA) and its dependencies into $(VENV): minutes the first time, for Qt is large."
	@$(PIP) install --editable '.$(EXTRA)'
	@$(BIN)/python -m compileall -q lab # as pip does with what it copies: else the first start compiles it
	@touch $@ $(VENV)/run.stamp

venv:
	@command -v $(PYTHON) >/dev/null || \
		{ echo "$(PYTHON) was not found: install Python 3.11 or newer, or name one with PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Delta Lab needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) --version 2>&1):" \
		"name another one with PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -m lab.system --install --venv
	@echo "Making $(VENV) with $$($(PYTHON) --version)."
	@$(PYTHON) -m venv --clear $(VENV)
