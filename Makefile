# All commands of the project. They need only Python 3.11 or newer with venv.

# Prefer the system's Python: distributions build it with profile-guided optimisation, version managers mostly do not, and
# then everything takes half as long again.
PYTHON ?= $(shell for python in /usr/bin/python3 python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
VENV := .venv
BIN := $(VENV)/bin
# Complete, hashed lists of wheels: no dependency is resolved, and nothing is built or run at installation.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes

# Tools that check pages; installed into var/.
NU := vnu-jar@26.9.27
LIGHTHOUSE := lighthouse@12.8.2

DB ?= both
ROWS ?= 100000
RUNS ?= 3
export DB ROWS

.DEFAULT_GOAL := help
.PHONY: help run manage test test-full mutants check bench html lighthouse screenshots card coastline messages requirements

help: ## show this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/run.stamp ## serve the site with its data on 127.0.0.1:8000 (BIND=, PORT=), with DATABASE_URL or SQLite
	@exec env PATH="$(CURDIR)/$(BIN):$$PATH" sh scripts/run.sh

manage: $(VENV)/run.stamp ## run a command of the site (ARGS='changepassword curator')
	@exec $(BIN)/python manage.py $(ARGS)

test: $(VENV)/dev.stamp ## run all tests (DB=sqlite|postgresql|both, ARGS='-k csv')
	@PATH="$(CURDIR)/$(BIN):$$PATH" bash scripts/test.sh $(ARGS)

test-full: $(VENV)/dev.stamp ## test every page in every variant and a thousand examples, and print the coverage (hours)
	@PATH="$(CURDIR)/$(BIN):$$PATH" bash scripts/test_full.sh $(ARGS)

mutants: $(VENV)/dev.stamp ## break the code in random places and list the changes that no test notices (COUNT=40, SEED=1)
	@$(BIN)/python -m scripts.mutants --count $(or $(COUNT),40) --seed $(or $(SEED),1)

check: $(VENV)/dev.stamp ## check code style, package dependencies, migrations, translations and settings
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh scripts/check.sh

bench: $(VENV)/dev.stamp ## measure speed (ROWS=1000000), compare with other programs, and print the table of targets
	@sh scripts/install_missing.sh chromium postgresql sqlite3 || true
	@$(BIN)/python -m scripts.bench

html: $(VENV)/dev.stamp ## run the Nu HTML checker on every kind of page (needs java and npm)
	@npm install --silent --no-save --ignore-scripts --prefix var/npm $(NU)
	@NU=$(CURDIR)/var/npm/node_modules/vnu-jar/build/dist/vnu.jar $(BIN)/pytest --quiet tests/test_html.py

lighthouse: $(VENV)/dev.stamp ## run Lighthouse on the most viewed pages: all scores must be 100 (needs npm; RUNS=3)
	@sh scripts/install_missing.sh chromium || true
	@npm install --silent --no-save --ignore-scripts --prefix var/npm $(LIGHTHOUSE)
	@$(BIN)/python scripts/lighthouse.py --runs $(RUNS)

screenshots: $(VENV)/dev.stamp ## take screenshots of every kind of page into var/screenshots
	@sh scripts/install_missing.sh chromium || true
	@$(BIN)/python scripts/screenshots.py

card: $(VENV)/dev.stamp ## draw the preview image for links to the site (static/img/card.png)
	@sh scripts/install_missing.sh chromium || true
	@$(BIN)/python scripts/social_card.py

coastline: $(VENV)/run.stamp ## create the map's coastlines from Natural Earth (needs npm)
	@$(BIN)/python scripts/coastline.py

messages: $(VENV)/dev.stamp ## update the catalogues in locale/ to the messages of code and templates
	@ENV_FILE= DEBUG=1 DATABASE_URL=sqlite://:memory: $(BIN)/python manage.py makemessages $(ARGS)

requirements: ## compile requirements/*.in into hashed files (UPGRADE=1: newest versions)
	@test -x var/uv/bin/uv || { "$(PYTHON)" -m venv var/uv && var/uv/bin/pip install --quiet uv; }
	@for name in run dev bench; do \
		var/uv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
			--no-emit-index-url --no-annotate --custom-compile-command 'make requirements' \
			$(if $(UPGRADE),--upgrade) requirements/$$name.in --output-file requirements/$$name.txt || exit 1; \
	done

# A stamp marks that the installed packages match the requirements file.
$(VENV)/%.stamp: requirements/%.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer with venv is needed (set PYTHON=)" >&2; exit 1; }
	@test -x $(BIN)/python || "$(PYTHON)" -m venv $(VENV)
	@echo "Installing $<"
	@$(INSTALL) --requirement $<
	@touch $@
