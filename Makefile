# Every target sets up what it needs in .venv. `make play` needs only the run-time packages.

# The first Python of several that really runs, is 3.11 or later and can make a virtual environment.
usable = $(shell for name in $(1); do \
	$$name -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' \
	>/dev/null 2>&1 && echo $$name && break; done)
PYTHON ?= $(call usable,python3.13 python3.12 python3.11 python3)
OLDEST_PYTHON ?= $(call usable,python3.11 python3.12 python3.13 python3)
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help play test test-oldest check soak format bench pictures docs clean

help:
	@echo 'make play          open the playground; make play ARGS=xor-step opens an example or a file'
	@echo 'make test          run every check: formatting, types, imports, tests'
	@echo 'make test-oldest   run the tests with the oldest packages that pyproject.toml allows'
	@echo 'make check         run the fast half: formatting, types, imports, tests of the engine'
	@echo 'make soak          try 10,000 random sequences of commands, and every lesson by keys'
	@echo 'make format        format the code and mend what can be mended'
	@echo 'make bench         run the benchmarks and print their ratios'
	@echo 'make pictures      draw the pictures of the README again'
	@echo 'make docs          build the documentation as pages in build/docs'
	@echo 'make clean         remove .venv and everything else that can be made again'

play: .venv/.play
	@$(BIN)/python -m tui $(ARGS)

# All checks run, so that one go shows everything there is to mend; the tests come last.
check: TESTS := tests/engine
test check: .venv/.dev
	@failed=; \
	for check in 'ruff check' 'ruff format --check' mypy 'lint-imports --no-logo'; do \
		echo "== $$check"; $(BIN)/$$check || failed="$$failed '$$check'"; \
	done; \
	test -z "$$failed" || echo "== failed so far:$$failed"; \
	echo '== pytest'; \
	$(BIN)/python -m pytest -q -n auto --maxprocesses 8 $(TESTS) && test -z "$$failed"

# Whatever else the tests need is as new as in .venv.
test-oldest: .venv-oldest/.dev
	.venv-oldest/bin/python -m pytest -q -n auto --maxprocesses 8 \
		--ignore=tests/tui/main/test_snapshots.py $(TESTS)

soak: .venv/.dev
	$(BIN)/python -m pytest -q --hypothesis-profile=soak tests/tui/panes/test_figures.py tests/tui/main/test_lesson.py
	NN_PLAY_KILLS=50 $(BIN)/python -m pytest -q tests/tui/main/test_autosave.py -k kill_9

format: .venv/.dev
	$(BIN)/ruff format
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: .venv/.dev
	@$(BIN)/python -m benchmarks.forward
	@echo
	@$(BIN)/python -m benchmarks.decision_map
	@echo
	@$(BIN)/python -m benchmarks.ablation
	@echo
	@$(BIN)/python -m benchmarks.training
	@echo
	@$(BIN)/python -m benchmarks.training_frame
	@echo
	@$(BIN)/python -m benchmarks.training_keys
	@echo
	@$(BIN)/python -m benchmarks.keypress
	@echo
	@$(BIN)/python -m benchmarks.burst
	@echo
	@$(BIN)/python -m benchmarks.startup

pictures: .venv/.dev
	$(BIN)/python docs/pictures.py

# A broken link, a missing name or a formula that cannot be read fails the build.
docs: .venv/.docs
	$(BIN)/python -m sphinx -q -W --keep-going -E -b html docs build/docs
	@echo 'open build/docs/index.html'

clean:
	rm -rf .venv .venv-oldest build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find engine tui tests benchmarks docs -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps are written last: an interrupted set-up starts again.
.venv/.made:
	@test -n '$(PYTHON)' || { \
		echo 'nn-play needs Python 3.11 or later with venv; set PYTHON=... to name one' >&2; exit 1; }
	@echo 'Setting up .venv, once'
	@$(PYTHON) -m venv --clear .venv
	@touch $@

.venv/.play: .venv/.made pyproject.toml constraints.txt
	@$(INSTALL) -e .
	@touch $@

.venv/.dev: .venv/.made pyproject.toml constraints.txt
	@$(INSTALL) -e '.[dev]'
	@touch .venv/.play $@

.venv-oldest/.dev: pyproject.toml constraints.txt tests/lower_bounds.py
	@echo 'Setting up .venv-oldest'
	@$(OLDEST_PYTHON) -m venv --clear .venv-oldest
	@.venv-oldest/bin/python tests/lower_bounds.py >.venv-oldest/constraints.txt
	@.venv-oldest/bin/python -m pip install --quiet --disable-pip-version-check \
		-c .venv-oldest/constraints.txt -e '.[dev]'
	@touch $@

.venv/.docs: .venv/.made pyproject.toml constraints.txt
	@$(INSTALL) -e '.[docs]'
	@touch .venv/.play $@
