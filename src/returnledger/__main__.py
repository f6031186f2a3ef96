"""`python -m returnledger`: the command line, where its own command is not on the path."""

from __future__ import annotations

import sys

from returnledger.cli import main

if __name__ == "__main__":
    sys.exit(main())
