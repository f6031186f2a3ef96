"""Run one program many times at the price of a fork each: `python forker.py module:function`.

Reads one JSON object a line: argv, env, cwd, out, err (files for what the program prints; one name for both). Answers each with the exit
status on a line of its own, negative for a signal. The modules are imported once, in the parent, which changes no file.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path


def run(function: Callable[[], object], order: dict) -> int:
    """Be the program, from its arguments to its exit code."""
    try:
        result = function()
        return result if isinstance(result, int) else 0
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else int(error.code is not None)
    except KeyboardInterrupt:
        return 130
    except BaseException:
        traceback.print_exc()
        return 70


def become(order: dict) -> None:
    """Take over the arguments, folder, streams and environment of `order`; the environment last, it arms the shim."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    os.dup2(os.open(order["out"], flags, 0o600), 1)
    os.dup2(1 if order["err"] == order["out"] else os.open(order["err"], flags, 0o600), 2)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.chdir(order["cwd"])
    sys.argv = [sys.argv[1], *order["argv"]]
    os.environ.update(order["env"])


def main() -> None:
    """Serve orders until standard input ends."""
    sys.path.insert(0, str(Path(__file__).parent))
    module, _, name = sys.argv[1].partition(":")
    function = getattr(importlib.import_module(module), name)
    for line in iter(sys.stdin.readline, ""):
        order = json.loads(line)
        child = os.fork()
        if not child:
            become(order)
            code = run(function, order)
            try:
                sys.stdout.flush()
                sys.stderr.flush()
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
