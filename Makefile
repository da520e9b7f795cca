PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TORCH ?= torch==2.13.0
PIP_INSTALL := -m pip install --quiet --disable-pip-version-check
PDF ?=
OUT ?= out

.DEFAULT_GOAL := help

.PHONY: help
help:  ## print this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

$(BIN)/pdf-parser: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[ocr,vlm]'
	@touch $@

$(VENV)/.dev: pyproject.toml $(BIN)/pdf-parser
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,ocr,vlm]'
	@touch $@

.PHONY: install
install: $(BIN)/pdf-parser  ## make .venv with the pdf-parser command in it

.venv-docling/.done: pyproject.toml
	$(PYTHON) -m venv .venv-docling
	.venv-docling/bin/python $(PIP_INSTALL) --editable '.[docling,vlm,test]'
	@touch $@

# Torch in the same command as what needs it: by itself, the newest torchvision would replace it by its own choice.
.venv-marker/.done: pyproject.toml
	$(PYTHON) -m venv .venv-marker
	.venv-marker/bin/python $(PIP_INSTALL) $(TORCH) --editable '.[marker,test]'
	@touch $@

.venv-unstructured/.done: pyproject.toml
	$(PYTHON) -m venv .venv-unstructured
	.venv-unstructured/bin/python $(PIP_INSTALL) $(TORCH) --editable '.[unstructured,test]'
	@touch $@

.PHONY: backends
backends: .venv-docling/.done .venv-marker/.done .venv-unstructured/.done  ## make an environment for each back-end; TORCH=… chooses its build

# Which environment stands for which image of the DAG; a setting of the same name, or a line in .env, goes before it.
BACKENDS := parser-gpu=.venv-docling parser-marker=.venv-marker parser-ocr=.venv-unstructured
MADE := $(foreach pair,$(BACKENDS),$(if $(wildcard $(lastword $(subst =, ,$(pair)))/.done),$(pair)/bin/python))
ifeq ($(origin ENGINE_INTERPRETERS)$(shell grep -s '^ENGINE_INTERPRETERS=' .env),undefined)
EMPTY :=
COMMA := ,
export ENGINE_INTERPRETERS := $(subst $(EMPTY) ,$(COMMA),$(strip $(MADE)))
endif

.PHONY: run
run: install  ## parse PDF=path.pdf (without it a sample) into OUT=out, with a live progress bar
	@pdf="$(PDF)"; if [ -z "$$pdf" ]; then pdf=$(OUT)/sample.pdf; $(BIN)/pdf-parser sample "$$pdf"; fi; \
	$(BIN)/pdf-parser parse "$$pdf" --out "$(OUT)"

.PHONY: dev
dev: install  ## start the API with the embedded engine and a folder store on localhost:8000
	$(BIN)/pdf-parser serve --dev

.PHONY: fake-argo
fake-argo: install  ## start an argo-server over the embedded engine on localhost:2746, for ENGINE=argo without a cluster
	$(BIN)/pdf-parser fake-argo --dev

.PHONY: lint
lint: $(VENV)/.dev  ## ruff, black
	$(BIN)/ruff check .
	$(BIN)/black --check --quiet .

.PHONY: types
types: $(VENV)/.dev  ## mypy, as Python 3.10
	$(BIN)/mypy

.PHONY: unit
unit: $(VENV)/.dev  ## tests only
	$(BIN)/pytest -q -n 2

.PHONY: test
test: lint types check-compiled unit  ## everything that CI checks: lint, types, drift of the manifests, tests

.PHONY: test-backends
test-backends:  ## tests of the back-ends whose environments are there, with the real packages
	@for done in .venv-docling/.done .venv-marker/.done .venv-unstructured/.done; do \
	  [ -e "$$done" ] || continue; echo "$${done%/.done}"; \
	  "$${done%.done}bin/python" -m pytest -q tests/backends tests/parsers/test_parser_contract.py || exit 1; \
	done

.PHONY: format
format: $(VENV)/.dev  ## let ruff and black rewrite the code
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/black --quiet .

.PHONY: compile
compile: $(VENV)/.dev  ## write manifests/workflows/ and manifests/kubeflow/ from pipelines/argo/dag.py and kubeflow/pipeline.py
	$(BIN)/python -m pipelines.compile
	$(BIN)/python -m pipelines.kubeflow.compile

.PHONY: check-compiled
check-compiled: $(VENV)/.dev  ## fail when what `make compile` writes is out of date
	$(BIN)/python -m pipelines.compile --check
	$(BIN)/python -m pipelines.kubeflow.compile --check

.PHONY: schemas
schemas: install  ## write schemas/*.schema.json from the models; a test fails when they are out of date
	$(BIN)/python -m pdf_parser.schemas

.PHONY: monitoring
monitoring: install  ## write alarms, dashboard and docs/observability.md from api/metric_table.py; a test fails when they are out of date
	$(BIN)/python -m api.monitoring

.PHONY: clean
clean:  ## remove caches and results, keep .venv
	rm -rf out data dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
