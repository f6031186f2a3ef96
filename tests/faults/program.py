"""`returnledger` with everything it uses already imported, so that a fork of it is the program at work."""

import returnledger.app
import returnledger.cli.application
import returnledger.cli.show_plan
import returnledger.fullproof
import returnledger.store
from returnledger.cli import main

returnledger.cli.application.build(["apply"])

__all__ = ["main"]
