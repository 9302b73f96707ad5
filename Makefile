# Bihuan 闭环. `make` alone lists what there is.
#   PYTHON  a Python 3.11 to build .venv with, when none is found by its usual names
#   PORT    where `make run` listens
#   OUT     where the demo keeps its database and its report
#   CHROMIUM  the browser for browser tests, when it is not found by its usual names
#   ROUNDS  how often `make crash` kills somebody

PYTHON ?=
PORT ?= 8000
OUT ?= out
ROUNDS ?= 3000
CHROMIUM ?=
export CHROMIUM

VENV := .venv
BIN := $(VENV)/bin
# A stamp is younger than what it was made from exactly when nothing needs to be installed.
RUNTIME := $(VENV)/.installed-runtime
DEV := $(VENV)/.installed-dev
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

export PYTHONUTF8 := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run demo browser screenshots test test-long crash lint bench fmt lock setup clean

help: ## 列出命令 · this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

run: $(RUNTIME) ## 启动系统 · serve and tick on PORT; makes the demo data if there is none
	@test -e $(OUT)/yongkang-2024-report.docx || $(BIN)/bihuan demo --out $(OUT)
	$(BIN)/bihuan serve --out $(OUT) --port $(PORT)

demo: $(RUNTIME) ## 永康 2024 年演示 · 397 suggestions round the loop, then the report in OUT
	$(BIN)/bihuan demo --out $(OUT)

test: lint browser ## 全部检查 · everything that must hold before a change lands
	$(BIN)/pytest -n 2 --dist loadgroup --no-loadscope-reorder -m "not benchmark and not long"

# Debian's own Chromium: installed here where we may, otherwise it is said what is missing.
browser: $(DEV)
	@$(BIN)/python -m tests.browser.chromium >/dev/null 2>&1 || { \
		[ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
		echo '正在安装浏览器 … installing Chromium for the browser tests (once)' && \
		apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk >/dev/null; }; \
	$(BIN)/python -m tests.browser.chromium >/dev/null

screenshots: browser ## 页面截图 · every page at 360, 768 and 1440 px into OUT/screenshots
	$(BIN)/python -m tests.browser.screenshots $(OUT)/screenshots

test-long: $(DEV) ## 长时测试 · processes killed for minutes, thousands of generated requests
	$(BIN)/pytest -n 2 -m long

crash: $(DEV) ## 崩溃测试 · kill processes ROUNDS times and look what is left
	CRASH_ROUNDS=$(ROUNDS) $(BIN)/pytest -n 2 --dist loadgroup -m "not long" tests/crash

lint: $(DEV) ## 规范与类型 · style, types and the dependency rule only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache --no-logo

bench: $(DEV) ## 性能测试 · actions, timers and pages beside the same rows in raw SQL
	$(BIN)/pytest -m benchmark -s tests/benchmark

fmt: $(DEV) ## 整理格式 · format, and mend what can be mended safely
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# One list of requirements, in pyproject.toml; the pinned files are made from it. pip-compile is
# told to leave out where packages came from: an index is a property of a machine, not of Bihuan.
COMPILE := CUSTOM_COMPILE_COMMAND='make lock' $(BIN)/pip-compile --quiet --generate-hashes \
	--allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host \
	--no-emit-find-links --no-emit-options --build-deps-for editable
lock: $(DEV) ## 锁定依赖 · pin the requirements anew (UPGRADE=--upgrade for newer ones)
	$(COMPILE) $(UPGRADE) --output-file requirements.txt pyproject.toml
	$(COMPILE) $(UPGRADE) --extra dev --constraint requirements.txt \
		--output-file requirements-dev.txt pyproject.toml

setup: $(DEV) ## 准备环境 · install what a developer needs into .venv

clean: ## 清理 · remove caches and builds; OUT and .venv stay
	rm -rf build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +

$(VENV)/pyvenv.cfg:
	@found=''; for candidate in $(PYTHON) python3.11 python3 python; do \
		if "$$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info[:2] != (3, 11))' \
			>/dev/null 2>&1; then found="$$candidate"; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
		echo '缺少 Python 3.11(须带 venv 与 pip)。请安装后重试,或指明其位置: make PYTHON=/路径/python3.11' >&2; \
		echo 'Python 3.11 with venv and pip is missing. Install it and try again, or say where it' >&2; \
		echo 'is: make PYTHON=/path/to/python3.11 (Debian 12: apt-get install python3.11-venv).' >&2; \
		exit 1; \
	fi; \
	"$$found" -m venv $(VENV)

$(RUNTIME): requirements.txt pyproject.toml | $(VENV)/pyvenv.cfg
	@echo '正在安装运行所需的库 … installing what the product needs (once, about a minute)'
	@$(PIP) --require-hashes --requirement requirements.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): requirements-dev.txt pyproject.toml | $(VENV)/pyvenv.cfg
	@echo '正在安装开发所需的库 … installing what a developer needs (once, about two minutes)'
	@$(PIP) --require-hashes --requirement requirements-dev.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@
