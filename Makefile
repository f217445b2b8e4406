# Everything a person does with this folder. `make help` lists it; the steps live in scripts/.
# A step leaves a stamp and runs again only when what it is made from has changed.

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps
PAGE := src/cobranca/web_dist/index.html
PAGE_SOURCES := $(shell find web -name node_modules -prune -o -type f ! -name api.gen.ts -print 2>/dev/null | sed 's/ /\\ /g')
NODE := . scripts/node.sh &&

.PHONY: help
help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# ------------------------------------------------------------------------------- set up and run

.PHONY: setup
setup: $(STAMPS)/project $(PAGE) ## Install everything into .venv and build the page
	@true

.PHONY: run
run: setup ## Start the product: API on port 8000, page on 8888; Ctrl-C stops it
	@exec $(BIN)/cobranca up

$(STAMPS)/packages: requirements.lock scripts/tools.lock scripts/setup.sh
	@bash scripts/setup.sh packages
	@mkdir -p $(@D) && touch $@

$(STAMPS)/project: $(STAMPS)/packages pyproject.toml
	@bash scripts/setup.sh project
	@touch $@

$(STAMPS)/web-packages: web/package-lock.json $(STAMPS)/packages
	@echo "Installing the page's packages ..."
	@$(NODE) cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

ifeq ($(wildcard web/package.json),)
.PHONY: $(PAGE)
$(PAGE):
	@echo "There is no web/package.json: the page is not built, the API works without it."
else
$(PAGE): $(STAMPS)/web-packages $(PAGE_SOURCES)
	@echo "Building the page ..."
	@$(NODE) cd web && npm run --silent build -- --logLevel warn
	@touch $@
endif

# ---------------------------------------------------------------------------------------- test

.PHONY: test
test: setup ## Run every test: the page's, then pytest with PostgreSQL, NATS and a browser
	@bash scripts/test.sh

.PHONY: chaos
chaos: setup ## Kill parts at random while 1.1 million rows are worked, and on the way to the bank
	@COBRANCA_CHAOS_KILLS=200 COBRANCA_CHAOS_ROWS=1100000 \
	  COBRANCA_CHAOS_BANK_KILLS=20 COBRANCA_CHAOS_BANK_TITLES=1000000 \
	  $(BIN)/python -m pytest tests/acceptance/test_chaos.py tests/acceptance/test_bank_kills.py -q

.PHONY: fuzz
fuzz: setup ## Give every property test new random inputs for FUZZ_MINUTES, ten unless told
	@bash scripts/fuzz.sh $(or $(FUZZ_MINUTES),10)

.PHONY: check
check: setup ## Run ruff, pyright, import-linter, eslint, tsc, and the audit of packages
	@bash scripts/check.sh

.PHONY: format
format: $(STAMPS)/packages ## Format the Python code
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

.PHONY: bench
bench: setup ## Measure the speed ratios of the design and write benchmarks/results
	@$(BIN)/python -m benchmarks

# ------------------------------------------------------------------------------------ generate

.PHONY: gen
gen: setup ## Write web/openapi.json from the API, and docs/mail.md's table
	@$(BIN)/python scripts/openapi.py web/openapi.json
	@$(BIN)/python -m tests.support.mail_table

.PHONY: screenshots
screenshots: setup ## Take the README's picture of the page (ports 8000 and 8888 must be free)
	@bash -c '. scripts/chromium.sh && exec $(BIN)/python scripts/screenshots.py'

.PHONY: lock
lock: ## Renew requirements.lock and scripts/tools.lock with the newest versions
	@bash scripts/lock.sh

.PHONY: sbom
sbom: wheel ## Write what the product is made of, with licences, to dist/sbom.cdx.json
	@bash scripts/setup.sh product .venv/product
	@$(BIN)/python scripts/sbom.py --python .venv/product/bin/python --out dist/sbom.cdx.json

.PHONY: pin-images
pin-images: ## Pin the containers' images by digest (needs docker, skopeo or crane)
	@bash scripts/pin-images.sh

.PHONY: wheel
wheel: setup ## Build the wheel, with the page in it, into dist/
	@bash scripts/setup.sh wheel

.PHONY: clean
clean: ## Remove what was built and cached; the data folder and .venv stay
	@rm -rf src/cobranca/web_dist dist build web/dist .pytest_cache .ruff_cache .hypothesis \
	  .import_linter_cache
	@find src tests benchmarks scripts -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: distclean
distclean: clean ## Remove .venv and web/node_modules too; the data folder stays
	@rm -rf $(VENV) web/node_modules
