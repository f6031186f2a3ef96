"""The smallest program that posts a batch, and broken ones that the harness must catch.

    writer.py post RETURNS [--id ID] [--size BYTES] [--wait SECONDS] [--broken HOW]     one batch with two account files
    writer.py replace FILE [--broken HOW]                                               a pending file
    writer.py furnish RETURNS                                                           the folder without a batch
    writer.py number RETURNS --id ID [--broken HOW]                                     a batch with the next free number

Prints `done …` when the work is on disk, else the codes of the findings, and exits as the command line does.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from contextlib import nullcontext
from pathlib import Path

from returnledger import batch, disk
from returnledger.batch import Files
from returnledger.findings import Refused

ACCOUNTS = (
    Files("accounts/Income-Returns.beancount", b"2020-01-01 open Income:Returns\n"),
    Files("accounts/Expenses-Scrap.beancount", b"2020-01-01 open Expenses:Scrap\n"),
)


def text_of(ident: str, size: int) -> bytes:
    """Return the bytes of the batch `ident`, which say at both ends whose they are."""
    head = f'2026-11-02 * "return {ident}"\n  Income:Returns   1.00 CNY\n  Expenses:Scrap  -1.00 CNY\n'.encode()
    tail = f"; end of {ident}\n".encode()
    filler = b"; " + b"." * max(0, size - len(head) - len(tail) - 3) + b"\n"
    return head + filler + tail


def in_place(returns: Path, accounts: tuple[Files, ...], file: Files) -> Path:
    """Post as a careless program does: straight into the file."""
    for name, data in (*accounts, file):
        path = returns / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return returns / file.path


def breakage(how: str) -> None:
    """Take one precaution away."""
    nothing = lambda *_: None  # noqa: E731
    if how == "in-place":
        batch.commit = in_place
    elif how == "no-file-sync":
        disk.sync = lambda fd: os.fsync(fd) if os.path.isdir(f"/proc/self/fd/{fd}") else None  # noqa: PTH112
    elif how == "no-folder-sync":
        disk.sync_folder = batch.sync_folder = nothing
    elif how == "no-recovery":
        batch.recover = lambda _: 0
    elif how == "no-cleaning":
        disk.remove = batch.remove = nothing
    elif how == "no-lock":
        batch.locked = lambda *_, **__: nullcontext()
    elif how == "accounts-last":
        commit = batch.commit
        batch.commit = lambda returns, accounts, file: [commit(returns, (), each) for each in (file, *accounts)][:1]
    elif how not in ("", "early-word"):
        raise SystemExit(f"unknown breakage {how}")


def post(returns: Path, ident: str, size: int, wait: float, early: bool) -> str:
    """Post one batch as `apply` does."""
    with batch.writing(returns, timeout=wait):
        if early:
            os.write(1, f"done {ident}\n".encode())
        batch.commit(returns, ACCOUNTS, Files(f"2026/2026-11-02-{ident}.beancount", text_of(ident, size)))
    batch.touch_placeholder(returns)
    return ident


def number(returns: Path, ident: str, wait: float) -> str:
    """Post a batch under the next number of a series: two writers at once would take the same."""
    with batch.writing(returns, timeout=wait):
        taken = len(list((returns / "2026").glob("*.beancount")))
        time.sleep(0.002)
        batch.commit(returns, (), Files(f"2026/{taken + 1:06}-{ident}.beancount", text_of(ident, 0)))
    return f"{taken + 1:06}-{ident}"


def main() -> int:
    """Do what the arguments say and return the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("task")
    parser.add_argument("path", type=Path)
    parser.add_argument("--id", default="9f3a21c04b7e")
    parser.add_argument("--size", type=int, default=300)
    parser.add_argument("--wait", type=float, default=0)
    parser.add_argument("--broken", default="")
    options = parser.parse_args()
    breakage(options.broken)
    try:
        if options.task == "post":
            said = post(options.path, options.id, options.size, options.wait, options.broken == "early-word")
        elif options.task == "number":
            said = number(options.path, options.id, options.wait)
        elif options.task == "furnish":
            with batch.writing(options.path, timeout=options.wait):
                said = "furnished"
        else:
            (batch.replace_file if options.broken != "in-place" else Path.write_bytes)(options.path, b"new\n" * 100)
            said = "replaced"
    except Refused as refused:
        # One write, unbuffered: what is said is said at this moment.
        os.write(1, "".join(f"{finding.code} {finding.values}\n" for finding in refused.findings).encode())
        return refused.exit_code
    os.write(1, f"done {said}\n".encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
