"""Bytes reach the disk in steps that can be cut short anywhere: a temporary file, its sync, its name, the folder's sync.

A file therefore holds all of its old content or all of the new. Every error is the system's OSError; `reason` puts it in
plain words.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
import time
from contextlib import ExitStack, suppress
from pathlib import Path

from returnledger.words import Word

try:
    from fcntl import F_FULLFSYNC, fcntl  # type: ignore[attr-defined,unused-ignore]
except ImportError:
    F_FULLFSYNC = None

WINDOWS = os.name == "nt"
TEMPORARY = ".tmp-"


class Trouble(Word):
    """Why the system would not write."""

    DISK_FULL = "disk full", "磁盘已满", "There is no room left for this user.", "该用户已没有剩余空间。"
    READ_ONLY = "read-only", "只读", "The disk or the folder takes no changes.", "磁盘或文件夹不接受修改。"
    NO_PERMISSION = "no permission", "没有权限", "This user may not write there.", "该用户无权在此写入。"
    DISK_ERROR = "input/output error", "读写错误", "The disk or the network reports a fault.", "磁盘或网络报告故障。"
    IN_THE_WAY = "a file is in the way", "已有同名文件", "A file has the name that is needed.", "所需名称已被占用。"
    NAME_TOO_LONG = "name too long", "名称过长", "The system takes no name of that length.", "系统不接受这么长的名称。"
    NO_LOCKS = "no file locks", "不支持文件锁", "The file system can't keep two writers apart.", "无法避免同时写入。"


_TROUBLES = {
    errno.ENOSPC: Trouble.DISK_FULL,
    errno.EDQUOT: Trouble.DISK_FULL,
    errno.EFBIG: Trouble.DISK_FULL,
    errno.EROFS: Trouble.READ_ONLY,
    errno.EACCES: Trouble.NO_PERMISSION,
    errno.EPERM: Trouble.NO_PERMISSION,
    errno.EIO: Trouble.DISK_ERROR,
    errno.EEXIST: Trouble.IN_THE_WAY,
    errno.ENOTDIR: Trouble.IN_THE_WAY,
    errno.EISDIR: Trouble.IN_THE_WAY,
    errno.ENAMETOOLONG: Trouble.NAME_TOO_LONG,
    errno.ENOSYS: Trouble.NO_LOCKS,
    errno.ENOLCK: Trouble.NO_LOCKS,
}


def stage(path: Path, data: bytes, undo: ExitStack, *, temporary: str = "") -> Path:
    """Bring `data` to the disk under a temporary name beside `path` and return that; `undo` takes all of it back."""
    make_folder(path.parent, undo)
    staged = path.with_name(temporary or TEMPORARY + path.name)
    undo.callback(remove, staged)
    with staged.open("xb", buffering=0) as file:
        rest = memoryview(data)
        while rest:
            written = file.write(rest)
            if not written:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            rest = rest[written:]
        sync(file.fileno())
    return staged


def replace(path: Path, data: bytes) -> None:
    """Write `data` to `path` in a folder that exists; the file holds its old content or the new at any moment.

    What is not an ordinary file (a terminal, a pipe) is simply written to; a symbolic link keeps pointing where it did.
    Raises OSError.
    """
    real = path.resolve()
    if not real.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    if real.exists() and not real.is_file():
        real.write_bytes(data)
        return
    with ExitStack() as undo:
        temporary = stage(real, data, undo, temporary=TEMPORARY + secrets.token_hex(8))
        if real.exists():
            temporary.chmod(stat.S_IMODE(real.stat().st_mode))
        rename(temporary, real)
        undo.pop_all()


def make_folder(folder: Path, undo: ExitStack) -> None:
    """Create `folder` and the parents it lacks, each of them on disk before the next; `undo` takes them away again."""
    lacking = [path for path in (folder, *folder.parents) if not path.is_dir()]
    for path in reversed(lacking):
        undo.callback(remove, path)
        path.mkdir(exist_ok=True)
        sync_folder(path.parent)


def remove(path: Path) -> None:
    """Take `path` away if it is a file or an empty folder; what can't be removed is left for the next writer."""
    with suppress(OSError):
        if path.is_dir():
            path.rmdir()
        else:
            path.unlink()


def rename(temporary: Path, path: Path) -> None:
    """Give the staged file its name. Windows refuses while a virus scanner reads it, so there it is tried for a second."""
    until = time.monotonic() + 1
    while True:
        try:
            return os.replace(temporary, path)  # noqa: PTH105 (the one system call this module is about)
        except PermissionError:
            if not WINDOWS or time.monotonic() > until:
                raise
        time.sleep(0.02)


def sync(descriptor: int) -> None:
    """Return when the disk has what was written; on macOS fsync alone stops at the drive's own memory."""
    if F_FULLFSYNC is not None:
        try:
            fcntl(descriptor, F_FULLFSYNC)
            return
        except OSError as error:
            if error.errno not in (errno.ENOTSUP, errno.EINVAL, errno.ENOTTY):
                raise
    os.fsync(descriptor)


def sync_folder(folder: Path) -> None:
    """Return when the disk has the names in `folder`. Windows opens no folders and keeps names in its journal."""
    if WINDOWS:
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        sync(descriptor)
    except OSError as error:
        # Some network file systems sync no folders, and there is nothing more that could be done on them.
        if error.errno != errno.EINVAL:
            raise
    finally:
        os.close(descriptor)


def is_there(path: Path) -> bool:
    """Return True if anything has the name `path`, be it a link that leads nowhere."""
    try:
        path.lstat()
    except OSError:
        return False
    return True


def reason(error: OSError) -> Trouble | str:
    """Return in plain words why the system would not, in the system's own where there are none of ours."""
    return _TROUBLES.get(error.errno or 0) or (error.strerror or str(error)).lower()
