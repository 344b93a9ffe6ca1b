# make demo, make test: nothing needs to be set up but make and a Python from 3.11 to 3.13.
#   ARGS     is handed on: make test ARGS="tests/rules -x", make demo ARGS=--once
#   BROWSER  make test BROWSER=0 leaves the browser tests out
#   WORKERS  how many processes share the tests out: 2, or none with WORKERS=0 (for -s and --pdb)

VENV = .venv
IN = $(VENV)/bin
ASSETS = returns_engine/web/assets/vendor/.copied
OTHER_PYTHONS = 3.12 3.13

.PHONY: help demo install test test-others test-stripe faults bench screens check lock clean

help:
	@echo "make demo      run everything on this machine and print where to look"
	@echo "make test      run the tests (BROWSER=0 leaves the browser out, WORKERS says how many"
	@echo "               processes share them out, ARGS is handed to pytest)"
	@echo "make test-others  rules, money and one journey on Python 3.12 and 3.13, where they run"
	@echo "make test-stripe  the payment contract at Stripe's test mode too, with STRIPE_TEST_KEY=sk_test_…"
	@echo "make faults    refunds under 20,000 histories of faults, and 200 with real processes killed"
	@echo "               (SEED, HISTORIES and REAL choose; it prints how to play the same again)"
	@echo "make bench     speed and memory, on a database of its own (BENCH=quick takes a minute)"
	@echo "make screens   pictures of every page, wide and narrow, light and dark, in docs/screens/pages"
	@echo "make check     lint, format, types, floors of the house"
	@echo "make install   the virtual environment and what the pages load"
	@echo "make lock      write requirements.lock and package-lock.json anew"

demo: install
	@$(IN)/returns-engine demo $(ARGS)

# Files are shared out whole and in their order: what a file starts is started once, and no long one
# is left for the end.
WORKERS ?= 2

# Tests start our programs a few hundred times. What did not change is left as it is.
test: install
	@$(IN)/python -m compileall -q returns_engine admin piccolo_conf.py
	@$(IN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(if $(filter 0,$(BROWSER)),-m "not browser") $(ARGS)

test-others: install
	@for version in $(OTHER_PYTHONS); do $(MAKE) --no-print-directory test-$$version || exit 1; done

# What the engine relies on from a payment provider, at the sandbox and, with a key, at Stripe.
test-stripe: install
	@$(IN)/pytest tests/contracts/test_payment_gateway.py $(ARGS)

# Each number has its default here, and its test a smaller one.
HISTORIES ?= 20000
REAL ?= 200
SEED ?=

faults: install
	@FAULT_SEED="$(SEED)" FAULT_HISTORIES="$(HISTORIES)" FAULT_REAL_HISTORIES="$(REAL)" \
		$(IN)/python -m tests.faults.play_all

bench: install
	@$(IN)/python -m benchmarks

screens: install
	@SCREENS=docs/screens/pages $(IN)/pytest tests/browser/test_every_staff_page.py \
		tests/browser/test_every_customer_page.py tests/browser/test_live.py::TestTheOrder \
		tests/browser/test_look_axe.py tests/browser/test_request_screens.py \
		tests/browser/test_mixed_wishes.py tests/browser/test_unsent.py $(ARGS)
	@$(IN)/python -m tests.browser.screens_index docs/screens/pages

check: install
	@$(IN)/ruff check
	@$(IN)/ruff format --check
	@$(IN)/mypy
	@$(IN)/lint-imports

install: $(VENV)/.installed $(ASSETS)

$(VENV)/.installed: requirements.lock pyproject.toml .ci/build-venv .ci/find-python
	@python=$$(.ci/find-python) && .ci/build-venv $(VENV) "$$python"
	@touch $@

$(ASSETS): package.json package-lock.json .ci/copy-page-assets | $(VENV)/.installed
	@.ci/copy-page-assets $(VENV)
	@touch $@

# Rules, money and one journey on another Python, where there is one.
test-3.%:
	@if python=$$(.ci/find-python 3.$*); then \
		$(MAKE) --no-print-directory .venv-3.$*/.installed PYTHON="$$python" && \
		.venv-3.$*/bin/pytest -m every_python $(ARGS); \
	else \
		echo "Python 3.$* does not run on this machine: left out."; \
	fi

.venv-3.%/.installed: requirements.lock pyproject.toml .ci/build-venv
	@.ci/build-venv $(@D) "$(PYTHON)"
	@touch $@

# Neither lock names the place it was made from, so they serve behind any mirror.
lock: install
	@$(IN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header \
		--group dev pyproject.toml --output-file requirements.lock
	@npm install --package-lock-only --omit-lockfile-registry-resolved --no-audit --no-fund

clean:
	rm -rf $(VENV) .venv-3.* node_modules returns_engine/web/assets .mypy_cache .ruff_cache .pytest_cache
