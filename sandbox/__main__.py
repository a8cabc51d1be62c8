"""Entry point of the Makefile. Kept free of new syntax so that an old Python can still read the message."""

import sys

if not (3, 10) <= sys.version_info[:2] <= (3, 13):
    sys.exit(
        "sandbox: Odoo 19 needs Python 3.10 to 3.13, this is %d.%d; try: make %s PYTHON=python3.11"
        % (sys.version_info[0], sys.version_info[1], " ".join(sys.argv[1:2]) or "run")
    )

from sandbox.commands import main

main(sys.argv[1:])
