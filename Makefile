# Everything is made under $(SANDBOX) (default .sandbox/); README.md lists the overrides.
PYTHON ?= python3
# The sandbox's own modules leave nothing behind in the checkout; what it starts caches its byte code under $(SANDBOX).
export PYTHONDONTWRITEBYTECODE = 1

.PHONY: run cluster sms test matrix bench lint docs clean sync help
run cluster sms test matrix bench lint docs clean: ; @exec $(PYTHON) -m sandbox $@
sync: ; @exec $(PYTHON) -m sandbox odoo mobifone_sync "$(abspath $(FILE))"
help: ; @echo "make run [KANNEL=1] | cluster | sms FROM=0900000901 TEXT=... [TO=1090] | test | matrix | bench | lint | docs | sync FILE=lines.csv | clean"
