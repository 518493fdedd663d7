# Every job of the project, one line each. `make help` prints this list.
PY := .venv/bin/python
UV := UV_PYTHON_DOWNLOADS=never VIRTUAL_ENV=$(CURDIR)/.venv .venv/bin/uv
.DEFAULT_GOAL := help
.PHONY: help setup run demo test check bench bench-gate bench-detect bench-rights fuzz format docs lock clean

help:  ## this list
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

setup: .venv/.run  ## create .venv and install Shouxin into it: .venv/bin/shouxin

# What is compiled in place is made anew where its source is newer.
COMPILED := CMakeLists.txt $(wildcard src/shouxin/*/native/*)

.venv/.run: requirements/run.lock requirements/bootstrap.lock pyproject.toml $(COMPILED)
	@scripts/install run

.venv/.test: requirements/test.lock requirements/bootstrap.lock pyproject.toml $(COMPILED)
	@scripts/install test

.venv/.bench: requirements/bench.lock .venv/.test
	@scripts/install bench

run: .venv/.run  ## start the whole system on http://127.0.0.1:8720 (Ctrl-C stops it)
	@exec .venv/bin/shouxin serve

demo: .venv/.run  ## the same with a made-up shop in ./var/demo, to see the system at work
	@exec .venv/bin/shouxin serve --demo

test: .venv/.test  ## set up what the tests need, then run every check and test
	@scripts/test-machine
	@$(MAKE) --no-print-directory check
	@$(PY) -m pytest

check: .venv/.test  ## format, lint, types, import contract
	@.venv/bin/ruff format --check . && .venv/bin/ruff check . && .venv/bin/mypy && .venv/bin/lint-imports

bench: .venv/.bench  ## measure speed and memory; prints ratios and figures
	@$(PY) -m benchmarks

bench-gate: .venv/.test  ## the same for decisions and tables of acts only
	@$(PY) -m benchmarks gate audit

bench-detect: .venv/.bench  ## the same for detection only
	@$(PY) -m benchmarks detect

bench-rights: .venv/.test  ## the same for finding and erasing people, with what is right and what is not
	@$(PY) -m benchmarks rights

fuzz: .venv/.test  ## mutated and repeated text through the scanner, with sanitizers and by its cost, for SECONDS (900) each; erasures of COUNT (1000) made-up databases
	@$(PY) -m fuzz.native $(or $(SECONDS),900)
	@$(PY) -m fuzz.scaling $(or $(SECONDS),900)
	@$(PY) -m fuzz.erasing $(or $(COUNT),1000)

format: .venv/.test  ## rewrite the code in the project's style
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format .

docs: .venv/.test  ## renew what is generated (schemas, docs/cli.md, docs/settings.md, the README's table), and build the site
	@$(PY) scripts/generate.py
	@$(PY) -m website

lock: .venv/.run  ## renew the hash-pinned locks in requirements/
	@scripts/lock

clean:  ## remove the virtual environment, the caches and what was compiled (never ./var)
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache src/shouxin/*/_native*.so
	@rm -rf CMakeCache.txt CMakeFiles CMakeInit.txt build.ninja cmake_install.cmake install_manifest.txt .cmake \
		.ninja_deps .ninja_log .skbuild-info.json libnanobind*.a
