# brewpi: `make demo` shows it, `make test` proves it. Everything lives in .venv.
# A fresh Debian has no python3-venv: it is installed when that may be done without asking, else you are told how.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
PY := $(VENV)/bin/python
HOME_ASSISTANT := $(CURDIR)/build/homeassistant
HOME_ASSISTANT_PYTHON ?= $(shell for p in python3.13 python3.11; do $$p -c '' 2>/dev/null && echo $$p && break; done)
NODERED := $(CURDIR)/build/nodered
AXE := $(CURDIR)/build/axe
AXE_VERSION := 4.14.1
COMPILE := pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 --no-annotate --no-header
ARGS ?=
LOGS ?=
BASE ?= models
OUT ?= my-model
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo "sudo -n")

# What pip says about itself is nothing that a brewer can act on.
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore
# Images of containers switch off that Python keeps what it compiled: each program that a test starts would compile us anew.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo test safety soak fuzz atheris schemathesis load pi-test screenshots lint types bench train retrain evaluate logs-named ablation tellings docs golden locks deb clean mosquitto chromium shellcheck axe homeassistant nodered

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

demo: $(VENV)/.demo ## four simulated tanks, an hour a second, and their board at http://localhost:8080 (ARGS="--for 30" ends)
	@$(PY) -m brewpi.demo $(ARGS)

test: ## every test, three at a time: some wait for a broker or a browser while two cores work
	@$(MAKE) --no-print-directory --jobs 2 $(VENV)/.dev mosquitto chromium shellcheck axe
	AXE=$(AXE)/node_modules/axe-core/axe.min.js $(PY) -m pytest -n 3 --dist loadfile $(ARGS)

safety: $(VENV)/.dev ## each safety rule taken out of the code once, and what its property says then; a minute
	PYTHONPATH=.:tests $(PY) tests/control/test_safety_rules.py

soak: $(VENV)/.dev mosquitto ## hundreds of power cuts, bad disks, brokers that die, hostile messages; prints each figure
	$(PY) -m pytest tests/soak tests/forecast/test_hostile_models.py tests/mqtt/test_message_numbers.py -m "" $(ARGS)

fuzz: $(VENV)/.dev ## every door with made-up messages, rows, cards and configs (FUZZ_EXAMPLES=20000 for long)
	FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-3000} $(PY) -m pytest tests/fuzz $(ARGS)

schemathesis: $(VENV)/.dev ## the API asked all that its description allows, and more (API_EXAMPLES=400: four minutes, 1200: a quarter of an hour)
	API_EXAMPLES=$${API_EXAMPLES:-400} $(PY) -m pytest tests/dashboard/test_api_schemathesis.py $(ARGS)

atheris: $(VENV)/.fuzz ## every door by a fuzzer that looks for new ways through the code; a minute each, one on each core (SECONDS=600 for long)
	$(PY) tests/fuzz/atheris_run.py $${SECONDS:-60} $(ARGS)

load: $(VENV)/.dev mosquitto chromium ## 200 tanks and five browsers: from publish to screen, memory; two minutes
	PYTHONPATH=tests $(PY) tests/browser/load.py $(ARGS)

screenshots: $(VENV)/.dev mosquitto chromium ## the pictures of the README, from the demo
	PYTHONPATH=tests $(PY) tests/browser/screenshots.py $(ARGS)

lint: $(VENV)/.dev ## ruff, and mypy --strict
	$(PY) -m ruff check .
	$(PY) -m mypy

homeassistant: $(VENV)/.dev $(HOME_ASSISTANT)/.ready mosquitto ## against a Home Assistant that it installs: 2025.4 with Python 3.13, 2024.3 with 3.11
	HOMEASSISTANT_PYTHON=$(HOME_ASSISTANT)/bin/python $(PY) -m pytest tests/homeassistant -m peers $(ARGS)

nodered: $(VENV)/.dev $(NODERED)/.ready mosquitto ## the flow of deploy/node-red in a Node-RED that it installs (needs npm)
	NODERED=$(NODERED) $(PY) -m pytest tests/nodered -m peers $(ARGS)

pi-test: $(VENV)/.dev ## installs on an emulated Raspberry Pi 3B that boots, loses its power and boots again; 45 minutes, root
	@[ "$$(id -u)" = 0 ] || { echo "make pi-test mounts and boots: as root, such as sudo make pi-test"; exit 2; }
	PATH=$(CURDIR)/$(VENV)/bin:$$PATH tests/pi/emulate.sh all $(ARGS)

bench: $(VENV)/.dev ## the figures of speed and size, beside their aims
	$(PY) -m training.studies.bench $(ARGS)

train: $(VENV)/.dev ## the model that is shipped, from simulation, into models/
	$(PY) -m training fit --out models $(ARGS)

retrain: logs-named $(VENV)/.retrain ## a model that knows your brewery, from exports of any kind (LOGS=FOLDER), into OUT=my-model
	@$(PY) -m training retrain --logs "$(LOGS)" --base "$(BASE)" --out "$(OUT)" $(ARGS)

evaluate: logs-named $(VENV)/.retrain ## the scorecard on real logs (LOGS=folder of logs, or of folders, one a site)
	@$(PY) -m training evaluate --model models --groups "$(LOGS)" $(ARGS)

logs-named:
	@[ -n "$(LOGS)" ] || { echo "say where the exports are: make $(firstword $(MAKECMDGOALS)) LOGS=FOLDER"; exit 2; }
	@[ -d "$(LOGS)" ] || { echo "$(LOGS): no such folder"; exit 2; }

ablation: $(VENV)/.dev ## forecasts that know nothing, the medium, everything of a batch (LOGS=folder of folders), in a minute
	@[ -n "$(LOGS)" ] || { echo "say where the logs are, a folder for each site: make ablation LOGS=FOLDER"; exit 2; }
	$(PY) -m training ablation --groups $(LOGS) $(ARGS)
tellings: ablation

docs: $(VENV)/.dev ## what is generated in docs/
	$(PY) -m brewpi.config.reference > docs/config.md
	$(PY) -m brewpi.config.reference recipes > docs/recipes-reference.md
	$(PY) -m brewpi.alarms.catalogue < docs/operator.md > docs/operator.md.new && mv docs/operator.md.new docs/operator.md
	$(PY) -m brewpi.config.condition_table < docs/recipes.md > docs/recipes.md.new && mv docs/recipes.md.new docs/recipes.md
	$(PY) -m brewpi.control.effect_check.effect_table < docs/effect-check.md > docs/effect-check.md.new && mv docs/effect-check.md.new docs/effect-check.md
	$(PY) -m brewpi.mqtt.schemas docs

golden: $(VENV)/.dev ## tests/golden anew, after a change of topics, sentences or weights that is meant; review it
	PYTHONPATH=tests $(PY) tests/golden/golden_run.py

deb: ## dist/brewpi_*.deb, which does what deploy/install.sh does
	@deploy/deb.sh

locks: ## what the installer installs, with hashes, into deploy/locks/ (needs the internet)
	@[ -x build/uv/bin/uv ] || { $(PYTHON) -m venv build/uv && build/uv/bin/pip install --quiet 'uv>=0.5,<1'; }
	printf 'hatchling>=1.24\nsetuptools>=77\n' > build/uv/build.in
	build/uv/bin/uv $(COMPILE) --extra pi pyproject.toml build/uv/build.in --output-file deploy/locks/service.txt
	build/uv/bin/uv $(COMPILE) --extra pi --extra ble --extra relays --extra dashboard --extra push --extra outbound --extra receiver \
		pyproject.toml build/uv/build.in --output-file deploy/locks/all.txt
	build/uv/bin/uv $(COMPILE) --constraint deploy/locks/all.txt build/uv/build.in --output-file deploy/locks/build.txt
	@# uv looks past "not for later Pythons than", pip does not: each Python that is here tries what an installer would do.
	@for p in python3.11 python3.12 python3.13; do $$p -m pip --version >/dev/null 2>&1 || { echo "$$p is not here: its locks are not tried"; continue; }; \
		for f in build service all; do echo "$$p takes $$f.txt"; $$p -m pip install --quiet --dry-run --ignore-installed --only-binary :all: \
		--no-binary http-ece --require-hashes -r deploy/locks/$$f.txt || exit 1; done; done

clean: ## the virtual environment and all that tools left
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist *.egg-info

# Debian splits venv from python3; a Raspberry Pi OS image has both.
$(PY):
	@[ -n "$(PYTHON)" ] || { echo "brewpi needs Python 3.11, 3.12 or 3.13; install one, or say PYTHON=/path/to/python3"; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| $(SUDO) sh -c 'apt-get update -qq && apt-get install -y -qq python3-venv python3-pip' \
		|| { echo "python3 has no venv here; type: sudo apt-get install -y python3-venv python3-pip"; exit 2; }
	$(PYTHON) -m venv $(VENV)

# uv needs a fraction of pip's time. It knows nothing of mirrors that pip is told of: where it cannot, pip does the same.
INSTALL = $(PY) -m pip install --quiet 'uv>=0.5,<1' 2>/dev/null \
	&& $(VENV)/bin/uv pip install --quiet --python $(PY) --editable '.[$(EXTRAS)]' 2>/dev/null \
	|| $(PY) -m pip install --quiet --editable '.[$(EXTRAS)]'
$(VENV)/.demo: EXTRAS := demo,dashboard
$(VENV)/.dev: EXTRAS := demo,dashboard,outbound,training,dev
$(VENV)/.retrain: EXTRAS := retrain
$(VENV)/.fuzz: EXTRAS := fuzz

$(VENV)/.demo: pyproject.toml | $(PY)
	$(INSTALL)
	@touch $@

$(VENV)/.retrain: pyproject.toml | $(PY)
	@[ -e $(VENV)/.dev ] || { echo "installs what retraining needs, once: about 1 minute and 350 MB in $(VENV)"; \
		$(INSTALL); }
	@touch $@

$(VENV)/.dev: pyproject.toml | $(PY)
	$(INSTALL)
	@touch $@ $(VENV)/.demo

$(VENV)/.fuzz: $(VENV)/.dev
	$(INSTALL)
	@touch $@

# The newest that a Python gets from the registry: 2025.4.4 with 3.13.0, 2024.3.3 with 3.11; later ones want 3.13.2 and more.
# With the requirements of its MQTT integration, which Home Assistant finds already there.
$(HOME_ASSISTANT)/.ready:
	$(HOME_ASSISTANT_PYTHON) -m venv $(HOME_ASSISTANT)
	@case $$($(HOME_ASSISTANT)/bin/python -c 'import sys; print(sys.version_info[1])') in \
		13) set -- homeassistant==2025.4.4 paho-mqtt==2.1.0 ;; \
		*) set -- homeassistant==2024.3.3 paho-mqtt==1.6.1 aiohttp_cors==0.7.0 aiohttp-fast-url-dispatcher==0.3.0 \
			aiohttp-zlib-ng==0.3.1 janus==1.0.0 ;; \
	esac; $(HOME_ASSISTANT)/bin/python -m pip install --quiet "$$@"
	@touch $@

# Without the optional bcrypt, which is built for minutes, or fetched from elsewhere: bcryptjs does the same.
$(NODERED)/.ready:
	@mkdir -p $(NODERED)
	npm install --silent --no-audit --no-fund --omit=optional --prefix $(NODERED) node-red@3 node-red-dashboard@3
	@touch $@

# One apt-get at a time, and while pip installs.
mosquitto: | $(PY)
chromium: | mosquitto
shellcheck: | chromium

mosquitto:
	@[ -x /usr/sbin/mosquitto ] || command -v mosquitto >/dev/null \
		|| $(SUDO) sh -c 'apt-get update -qq && apt-get install -y -qq mosquitto' \
		|| echo "Mosquitto is absent and cannot be installed; the tests that need it are skipped (sudo apt-get install mosquitto)"

chromium:
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null \
		|| $(SUDO) sh -c 'apt-get update -qq && apt-get install -y -qq chromium' \
		|| echo "Chromium is absent and cannot be installed; tests/browser is skipped (sudo apt-get install chromium)"

shellcheck:
	@command -v shellcheck >/dev/null \
		|| $(SUDO) sh -c 'apt-get update -qq && apt-get install -y -qq shellcheck' \
		|| echo "shellcheck is absent and cannot be installed; scripts are not checked (sudo apt-get install shellcheck)"

axe:
	@[ "$$(cat $(AXE)/version 2>/dev/null)" = $(AXE_VERSION) ] \
		|| { mkdir -p $(AXE) && npm install --silent --no-audit --no-fund --prefix $(AXE) axe-core@$(AXE_VERSION) \
			&& echo $(AXE_VERSION) > $(AXE)/version; } \
		|| echo "npm is absent or cannot install axe-core; pages are not checked for accessibility"
