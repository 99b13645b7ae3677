# Thin calls of scripts/dev.py, which needs nothing but Python 3.11 or newer.
PYTHON ?= python3

.PHONY: run test check serve bench load lighthouse pictures lock

run test check serve bench load lighthouse pictures lock:
	@$(PYTHON) scripts/dev.py $@
