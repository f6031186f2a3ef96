"""A batch is one new file under returns/, wholly there or not there at all, whatever happens while it is written.

The bytes go to a temporary file, then to the disk; the rename that gives the file its name is the moment of posting, and
only when the disk has that too may anyone be told that it is done. A program that stops in between leaves at most a
file `.tmp-…`, which Beancount's include never reads and the next writer deletes.

    with writing(returns):
        commit(returns, accounts, Files("2026/2026-11-02-9f3a21c04b7e.beancount", text.encode()))
    touch_placeholder(returns)
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

from returnledger.disk import TEMPORARY, is_there, make_folder, reason, remove, rename, stage, sync_folder
from returnledger.findings import Finding, Refused, Severity, Template

LOCK = ".lock"
PLACEHOLDER = "0000.beancount"

# What returns/ holds before the first batch. A batch is never edited, so no merge may splice two versions of one.
FURNITURE = {
    PLACEHOLDER: b"; written by returnledger: the include finds this file before the first return, and its time tells of a new one\n",
    ".gitattributes": b"*.beancount text eol=lf merge=text\n",
    ".gitignore": b".lock\n.tmp-*\n",
}

TEMPLATES = {
    "lock-held": Template(
        "another returnledger is writing to {path}",
        "wait until it is done and give the same command again; the lock ends with the program that holds it, so leave {path}/.lock alone",
    ),
    "folder-not-writable": Template(
        "nothing can be written in {path}: {reason}",
        "make {path} a folder that you may write in, or name another one under `returns` in returnledger.yaml",
    ),
    "write-error": Template(
        "{path} could not be written: {reason}",
        "nothing is half written; remove the cause and give the same command again",
    ),
    "commit-not-synced": Template(
        "{path} is written, but the disk has not confirmed it: {reason}",
        "check the disk, then run `returnledger verify`",
    ),
    "account-file-differs": Template(
        "{path} is there with {size} bytes that are not the {size_needed} this batch needs",
        "restore it as it was posted, for example with `git checkout -- {path}`, and give the same command again",
    ),
    "placeholder-not-touched": Template(
        "the batch is posted, but bean-check and Fava may not see it yet, since {path} could not be touched: {reason}",
        "run `touch {path}`",
        Severity.WARNING,
    ),
}


class Files(NamedTuple):
    """A file to write: its path below returns/ with `/` between the parts, and all its bytes."""

    path: str
    data: bytes


@contextmanager
def locked(returns: Path, *, timeout: float = 0) -> Iterator[None]:
    """Hold returns/, creating the folder if need be, so that no other returnledger writes there meanwhile.

    Waits up to `timeout` seconds. Raises Refused with lock-held (exit code 4) or folder-not-writable (exit code 2).
    The lock is the system's and ends with the process; a file system without locks is refused, never worked around.
    """
    lock = FileLock(returns / LOCK, timeout=timeout, fallback_to_soft=False)
    try:
        # An empty folder may stay behind: another writer could already be waiting for the lock in it.
        make_folder(returns, ExitStack())
        lock.acquire()
    except Timeout:
        raise Refused([Finding("lock-held", values={"path": returns.as_posix()})], exit_code=4) from None
    except OSError as error:
        raise _refused("folder-not-writable", returns, error, exit_code=2) from error
    try:
        yield
    finally:
        with suppress(OSError):
            lock.release()


@contextmanager
def writing(returns: Path, *, timeout: float = 0) -> Iterator[None]:
    """Hold returns/ as `locked` does, after clearing what a writer that was stopped has left, and furnish the folder."""
    with locked(returns, timeout=timeout):
        recover(returns)
        prepare(returns)
        yield


def recover(returns: Path) -> int:
    """Delete every leftover `.tmp-…` below returns/ and return how many; this is the whole recovery. Needs the lock.

    The folders are synced too: a writer stopped between rename and sync has posted a batch that only memory knows of.
    """
    count = 0
    with _explained(returns):
        for folder, _, names in os.walk(returns):
            for name in names:
                if name.startswith(TEMPORARY):
                    Path(folder, name).unlink()
                    count += 1
            sync_folder(Path(folder))
        if returns.is_dir():
            sync_folder(returns.parent)
    return count


def prepare(returns: Path) -> None:
    """Furnish returns/ with the placeholder and git's two files, only those that are missing. Needs the lock."""
    with _explained(returns), ExitStack() as undo:
        missing = [Files(name, data) for name, data in FURNITURE.items() if not is_there(returns / name)]
        staged = [(stage(returns / name, data, undo), returns / name) for name, data in missing]
        for temporary, path in staged:
            rename(temporary, path)
        if staged:
            sync_folder(returns)
        undo.pop_all()


def commit(returns: Path, account_files: Sequence[Files], batch: Files) -> Path:
    """Post `batch`, after the account files it needs, and return its path once it is on disk. Needs the lock.

    What is there already with the same bytes is left as it is. Raises Refused with account-file-differs or write-error,
    and then nothing was posted, or with commit-not-synced, and then it is posted but may not outlive a power cut.
    """
    for file in account_files:
        _refuse_if_differing(returns, file)
    target = _path_of(returns, batch)
    with _explained(target):
        if is_there(target) and target.read_bytes() != batch.data:
            raise AssertionError(f"{target} is there with other bytes")
    files = [(_path_of(returns, file), file.data) for file in (*account_files, batch)]
    missing = [(path, data) for path, data in files if not is_there(path)]
    last = missing[-1][0] if missing else target
    with ExitStack() as undo:
        try:
            staged = [(stage(path, data, undo), path) for path, data in missing]
            for temporary, path in staged[:-1]:
                undo.callback(remove, path)
                rename(temporary, path)
            # A batch must never reach the disk ahead of the accounts it posts to.
            for folder in sorted({path.parent for _, path in staged[:-1]}):
                sync_folder(folder)
            for temporary, path in staged[-1:]:
                rename(temporary, path)
            sync_folder(last.parent)
        except OSError as error:
            code = "commit-not-synced" if is_there(last) else "write-error"
            raise _refused(code, target, error) from error
        finally:
            # The file itself says whether it was posted: an interrupt or a false report may follow a rename that took.
            if is_there(last):
                undo.pop_all()
    return target


def touch_placeholder(returns: Path) -> Finding | None:
    """Set the placeholder's time to now, so that caches of the ledger notice the new batch; a warning if that can't be."""
    path = returns / PLACEHOLDER
    try:
        os.utime(path)
    except OSError as error:
        values = {"path": path.as_posix(), "reason": reason(error)}
        return Finding("placeholder-not-touched", values=values, severity=Severity.WARNING)
    return None


def replace_file(path: Path, data: bytes) -> None:
    """Write `data` to `path`, which holds its old content or the new at any moment, also for two writers at once.

    Raises Refused with write-error (the old content is there) or commit-not-synced (the new is). What is not an ordinary
    file (a terminal, a pipe) is simply written to; a symbolic link keeps pointing where it did.
    """
    with _explained(path), ExitStack() as undo:
        real = path.resolve()
        if real.exists() and not real.is_file():
            real.write_bytes(data)
            return
        temporary = stage(real, data, undo, temporary=TEMPORARY + secrets.token_hex(8))
        if real.exists():
            temporary.chmod(stat.S_IMODE(real.stat().st_mode))
        try:
            rename(temporary, real)
            sync_folder(real.parent)
        except OSError as error:
            if is_there(temporary):
                raise
            raise _refused("commit-not-synced", path, error) from error
        undo.pop_all()


def _path_of(returns: Path, file: Files) -> Path:
    parts = file.path.split("/")
    if not all(part and not part.startswith(".") and "\\" not in part for part in parts):
        raise AssertionError(f"{file.path!r} leaves the folder")
    return returns.joinpath(*parts)


def _refuse_if_differing(returns: Path, file: Files) -> None:
    path = _path_of(returns, file)
    with _explained(path):
        found = path.read_bytes() if is_there(path) else file.data
    if found != file.data:
        values = {"path": path.as_posix(), "size": len(found), "size_needed": len(file.data)}
        raise Refused([Finding("account-file-differs", values=values)])


def _refused(code: str, path: Path, error: OSError, exit_code: int = 1) -> Refused:
    return Refused([Finding(code, values={"path": path.as_posix(), "reason": reason(error)})], exit_code)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn what the system reports into the finding write-error about `path`."""
    try:
        yield
    except OSError as error:
        raise _refused("write-error", path, error) from error
