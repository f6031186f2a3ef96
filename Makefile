# Every target makes its own virtual environment in .venv when it is missing or older than what it is made from.
VENV := .venv
PYTHON := $(VENV)/bin/python
READY := $(VENV)/.ready

.PHONY: demo test bench long lint docs messages durations clean

$(READY): pyproject.toml constraints.txt
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $(READY)

demo: $(READY)  ## applies real returns, then shows a plan, the return rate and the stock
	PATH="$(CURDIR)/$(VENV)/bin:$$PATH" bash examples/demo.sh

test: $(READY)  ## all tests that belong to every run
	$(PYTHON) -m pytest -n 2 -m "not long" --junitxml=build/tests.xml
	$(PYTHON) tests/durations.py build/tests.xml

bench: $(READY)  ## the figures of speed, as ratios
	$(PYTHON) benchmarks/bench.py --write

long: $(READY)  ## the tests that take hours
	$(PYTHON) -m pytest -n 2 -m long

lint: $(READY)  ## style, types
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

messages: $(READY)  ## compile the Chinese catalogues
	$(PYTHON) docs/generate.py messages

docs: $(READY)  ## compile the catalogues and make the generated pages
	$(PYTHON) docs/generate.py messages docs

durations: $(READY)  ## measure the suites anew and write the table in CONTRIBUTING.md
	$(PYTHON) -m pytest -n 2 -m "not long" --junitxml=build/tests.xml
	$(PYTHON) tests/durations.py build/tests.xml --write

clean:
	rm -rf $(VENV) demo-work bench-work
