# All commands of the project. They need only Python 3.11 or newer with venv (3.12 for Django 6).

# The Django version: 5.2, as in requirements/run.in, or another version with separate requirements and environment.
DJANGO ?= 5.2
DJANGO_VERSIONS := 5.2 $(patsubst requirements/django-%.txt,%,$(wildcard requirements/django-*.txt))
ifeq ($(filter $(DJANGO),$(DJANGO_VERSIONS)),)
$(error DJANGO is one of: $(DJANGO_VERSIONS))
endif
ifeq ($(DJANGO),5.2)
VENV := .venv
RUN := $(VENV)/run.stamp
DEV := $(VENV)/dev.stamp
MINOR := 11
else
VENV := .venv-django-$(DJANGO)
RUN := $(VENV)/django-$(DJANGO).stamp
DEV := $(RUN)
MINOR := 12
endif

# Prefers the system's Python, which distributions build with profile-guided optimisation. Version
# managers usually build Python without this optimisation, so all commands take 50 % longer.
PYTHON ?= $(shell for python in /usr/bin/python3 python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, $(MINOR)))' 2>/dev/null && echo $$python && break; done)

BIN := $(VENV)/bin
# Installs only hashed wheels from complete lists. Pip does not resolve dependencies, build packages or run
# their code.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes

# The Nu HTML checker, installed into var/.
NU := vnu-jar@26.9.27

DB ?= both
ROWS ?= 100000
export DB ROWS MINUTES RATE

.DEFAULT_GOAL := help
.PHONY: help run manage dev format test test-all test-full mutants check bench load faults intake reconciliation html screenshots messages image sbom licences requirements size outputs

# The description of an everyday command begins with two hashes, other descriptions with three.
help: ## show this help
	@for hashes in '##' '###'; do \
		[ "$$hashes" = '##' ] && echo "Every day" || printf '\nMeasurements, releases, maintenance\n'; \
		awk -F ":.* $$hashes " "/^[a-z-]+:.* $$hashes / { printf \"  make %-14s %s\\n\", \$$1, \$$2 }" $(MAKEFILE_LIST); \
	done

run: $(RUN) ## serve the site with its data on 127.0.0.1:8000 (BIND=, PORT=), with DATABASE_URL or SQLite
	@exec env PATH="$(CURDIR)/$(BIN):$$PATH" sh scripts/run.sh

manage: $(RUN) ## run a command of the site (ARGS='changepassword curator')
	@exec $(BIN)/python manage.py $(ARGS)

dev: $(DEV) ## install the packages and programs for tests and checks, such as pytest and ruff

# The formatter wraps long lines before the linter reports them. Afterwards, it formats the linter's changes.
format: $(DEV) ## format the code, fix errors that the linter can fix, and list the other errors
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .; status=$$?; $(BIN)/ruff format --quiet . && exit $$status

test: $(DEV) ## run one case of each test (DB=sqlite|postgresql|both, DJANGO=6.1), or all cases of some tests (ARGS='-k csv')
	@TESTS=covering PATH="$(CURDIR)/$(BIN):$$PATH" bash scripts/test.sh $(ARGS)

test-all: $(DEV) ## run all cases of all tests, as CI does (DB=, DJANGO=, ARGS=)
	@PATH="$(CURDIR)/$(BIN):$$PATH" bash scripts/test.sh $(ARGS)

test-full: $(DEV) ### test every page in every variant and each property with EXAMPLES=1000, and print the coverage (takes hours)
	@EXAMPLES=$(EXAMPLES) PATH="$(CURDIR)/$(BIN):$$PATH" bash scripts/test_full.sh $(ARGS)

mutants: $(DEV) ### mutation test: change the code in random places and list the changes that tests do not detect (COUNT=40, SEED=1)
	@$(BIN)/python -m scripts.mutants --count $(or $(COUNT),40) --seed $(or $(SEED),1)

check: $(DEV) ## check code style, package dependencies, migrations, translations and settings
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh scripts/check.sh

bench: $(DEV) ### measure speed (ROWS=1000000), compare with other programs, and print the table of targets
	@sh scripts/install_missing.sh chromium postgresql sqlite3 || true
	@$(BIN)/python -m scripts.bench

size: $(RUN) ### print the lines, modules and functions of each package with its budget (ARGS=--lower lowers budgets)
	@$(BIN)/python -m scripts.size $(ARGS)

outputs: $(DEV) ### store the responses of all kinds of pages in var/outputs, or compare two commits (ARGS='--compare COMMIT')
	@$(BIN)/python -m scripts.outputs $(ARGS)

load: $(DEV) ### load test: simulate readers for MINUTES=10 with RATE=150 requests a second on ROWS=100000, and compare the results with the targets (DB=)
	@sh scripts/install_missing.sh postgresql || true
	@$(BIN)/python -m scripts.load

faults: $(DEV) ### fault test: break dependencies of the site, and print the effect on readers and curators (DB=, ONLY=replica,outage,logins)
	@sh scripts/install_missing.sh postgresql || true
	@$(BIN)/python -m scripts.faults

intake: $(DEV) ### measure the quality of proposals on labelled reports, and print the table of targets (ARGS=--errors)
	@$(BIN)/python -m scripts.intake $(ARGS)

reconciliation: $(DEV) ### measure the quality of name matching, and print the table of results (ARGS=--errors, --write)
	@$(BIN)/python -m scripts.reconciliation $(ARGS)

html: $(DEV) ### run the Nu HTML checker on every kind of page (needs java and npm)
	@npm install --silent --no-save --ignore-scripts --prefix var/npm $(NU)
	@NU=$(CURDIR)/var/npm/node_modules/vnu-jar/build/dist/vnu.jar $(BIN)/pytest --quiet tests/test_html.py

screenshots: $(DEV) ### take screenshots of every kind of page into var/screenshots
	@sh scripts/install_missing.sh chromium || true
	@$(BIN)/python -m scripts.screenshots

messages: $(DEV) ## update the catalogues in locale/ with the messages in code and templates
	@sh scripts/install_missing.sh gettext
	@ENV_FILE= DEBUG=1 DATABASE_URL=sqlite://:memory: $(BIN)/python manage.py makemessages $(ARGS)

# By default, podman and buildah use a format that does not support health checks.
image: ### build the container image sco-cities with docker, podman or buildah (IMAGE_OPTIONS=)
	@builder=$$(command -v docker || command -v podman || command -v buildah) || \
		{ echo "docker, podman or buildah is needed (on Debian: apt-get install buildah)" >&2; exit 1; }; \
	BUILDAH_FORMAT=docker exec "$$builder" build $(IMAGE_OPTIONS) --tag sco-cities .

# cyclonedx-py has a separate environment, so that the described environment contains only the site's packages.
SBOM_INSTALL := install --quiet --no-deps --only-binary :all: --require-hashes
sbom: ### write a list of the site's packages to var/sbom.json (CycloneDX)
	@test -x var/sbom/bin/python || "$(PYTHON)" -m venv var/sbom
	@"$(PYTHON)" -m venv --clear --without-pip var/sbom-run
	@var/sbom/bin/pip $(SBOM_INSTALL) --requirement requirements/sbom.txt
	@var/sbom/bin/pip --python var/sbom-run/bin/python $(SBOM_INSTALL) --requirement requirements/run.txt --requirement requirements/pdf.txt
	@var/sbom/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --output-file var/sbom.json var/sbom-run
	@echo "The list is in var/sbom.json"

licences: $(DEV) ### write the site's packages and their licences to docs/operators/dependencies.md
	@$(BIN)/python scripts/licences.py

COMPILE := var/uv/bin/uv pip compile --quiet --universal --generate-hashes \
	--no-emit-index-url --no-annotate --custom-compile-command 'make requirements'

requirements: ### compile requirements/*.in into hashed files (UPGRADE=1: newest versions)
	@test -x var/uv/bin/uv || { "$(PYTHON)" -m venv var/uv && var/uv/bin/pip install --quiet uv; }
	@for name in run pdf dev bench sbom; do \
		$(COMPILE) --python-version 3.11 $(if $(UPGRADE),--upgrade) requirements/$$name.in \
			--output-file requirements/$$name.txt || exit 1; \
	done
	@for name in $(patsubst requirements/%.in,%,$(wildcard requirements/django-*.in)); do \
		sed '/^django==/,/[^\]$$/d' requirements/dev.txt | $(COMPILE) --python-version 3.12 requirements/$$name.in - \
			--output-file requirements/$$name.txt || exit 1; \
	done

# A stamp file records that the installed packages match the requirements file.
$(VENV)/%.stamp: requirements/%.txt
	@test -n "$(PYTHON)" || { echo "Python 3.$(MINOR) or newer with venv is needed (set PYTHON=)" >&2; exit 1; }
	@test -x $(BIN)/python || "$(PYTHON)" -m venv $(VENV)
	@echo "Installing $<"
	@$(INSTALL) --requirement $<
	@touch $@
