"""What a batch leaves in returns/, what git and Beancount make of it, and what is refused."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import subprocess
import threading
from pathlib import Path

import pytest

from returnledger import batch, disk
from returnledger.batch import FURNITURE, Files, commit, locked, prepare, recover, replace_file, writing
from returnledger.findings import Refused

OPEN = Files("accounts/Income-Returns.beancount", b"2020-01-01 open Income:Returns\n2020-01-01 open Assets:Cash\n")
BATCH = Files(
    "2026/2026-11-02-9f3a21c04b7e.beancount",
    b'2026-11-02 * "return"\n  Income:Returns  1.00 CNY\n  Assets:Cash  -1.00 CNY\n',
)


@pytest.fixture
def returns(tmp_path: Path) -> Path:
    return tmp_path / "returns"


def files(folder: Path) -> dict[str, bytes]:
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    found.pop(".lock", None)
    return found


def post(returns: Path, *accounts: Files, file: Files = BATCH) -> Path:
    with writing(returns):
        return commit(returns, accounts, file)


def test_a_batch_and_its_accounts_are_there_with_the_furniture_and_nothing_else(returns):
    assert post(returns, OPEN) == returns / BATCH.path
    assert files(returns) == {**FURNITURE, **dict([OPEN, BATCH])}


def test_posting_the_same_again_changes_nothing(returns):
    post(returns, OPEN)
    before = {path: path.stat().st_mtime_ns for path in returns.rglob("*.beancount")}
    assert post(returns, OPEN) == returns / BATCH.path
    assert {path: path.stat().st_mtime_ns for path in returns.rglob("*.beancount")} == before


def test_an_account_file_with_other_bytes_refuses_the_batch(returns):
    post(returns, OPEN)
    with pytest.raises(Refused) as refused:
        post(
            returns,
            Files("accounts/New.beancount", b"; new\n"),
            Files(OPEN.path, b"; other\n"),
            file=Files("2026/b.beancount", b""),
        )
    assert [finding.code for finding in refused.value.findings] == ["account-file-differs"]
    assert files(returns) == {**FURNITURE, **dict([OPEN, BATCH])}


def test_a_batch_that_is_there_with_other_bytes_is_a_fault_of_ours(returns):
    post(returns)
    with pytest.raises(AssertionError, match="other bytes"):
        post(returns, OPEN, file=Files(BATCH.path, b"; other\n"))
    assert files(returns) == {**FURNITURE, **dict([BATCH])}


@pytest.mark.parametrize("path", ["../a.beancount", "/a.beancount", "a//b", "2026/.tmp-a", "..\\a", ""])
def test_a_path_that_leaves_the_folder_is_a_fault_of_ours(returns, path):
    with pytest.raises(AssertionError, match="leaves the folder"):
        post(returns, file=Files(path, b""))


def test_furniture_that_is_there_is_left_alone(returns):
    returns.mkdir()
    (returns / ".gitattributes").write_text("mine\n")
    with locked(returns):
        prepare(returns)
    assert files(returns) == {**FURNITURE, ".gitattributes": b"mine\n"}


def test_leftovers_are_deleted_wherever_they_are_and_nothing_else(returns):
    post(returns)
    left = [returns / ".tmp-a", returns / "2026/.tmp-b.beancount", returns / "2026/deeper/.tmp-c"]
    (returns / "2026/deeper").mkdir()
    for path in left:
        path.write_bytes(b"half")
    with locked(returns):
        assert recover(returns) == 3
        assert recover(returns) == 0
    assert files(returns) == {**FURNITURE, **dict([BATCH])}


def test_there_is_nothing_to_recover_where_there_is_no_folder(tmp_path):
    assert recover(tmp_path / "returns") == 0


def test_beancount_reads_the_batches_and_the_placeholder_and_never_a_temporary_file(returns, tmp_path, monkeypatch):
    monkeypatch.setenv("BEANCOUNT_DISABLE_LOAD_CACHE", "1")
    from beancount import loader

    root = tmp_path / "main.beancount"
    root.write_text('include "returns/**/*.beancount"\n')
    with writing(returns):
        pass
    _, errors, options = loader.load_file(str(root))
    assert errors == []
    assert [Path(name).name for name in options["include"]] == ["main.beancount", "0000.beancount"]
    post(returns, OPEN)
    for folder in (returns, returns / "2026"):
        (folder / ".tmp-2026-11-03-000000000000.beancount").write_text("this is no ledger\n")
    entries, errors, _ = loader.load_file(str(root))
    assert errors == []
    assert len(entries) == 3


def test_git_keeps_the_bytes_and_joins_no_two_versions(returns, tmp_path):
    if not shutil.which("git"):
        pytest.skip("no git to keep the files in")

    def git(*words: str) -> str:
        name = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "core.autocrlf=true"]
        return subprocess.run(["git", *name, *words], check=True, capture_output=True, text=True, cwd=tmp_path).stdout

    git("init", "-q")
    (tmp_path / ".gitattributes").write_text("*.beancount merge=union\n")
    post(returns, OPEN)
    (returns / ".tmp-left").write_bytes(b"half")
    git("add", ".")
    assert git("ls-files", "returns").split() == sorted(
        f"returns/{name}" for name in files(returns) if ".tmp" not in name
    )
    git("commit", "-q", "-m", "post")
    (returns / BATCH.path).unlink()
    git("checkout", "--", ".")
    assert (returns / BATCH.path).read_bytes() == BATCH.data
    assert git("check-attr", "merge", f"returns/{BATCH.path}").split()[-1] == "text"


def test_a_replaced_file_keeps_its_mode_and_its_links(tmp_path):
    real, link = tmp_path / "real.yaml", tmp_path / "link.yaml"
    real.write_bytes(b"old\n")
    real.chmod(0o640)
    link.symlink_to(real)
    replace_file(link, b"new\n")
    assert link.is_symlink() and real.read_bytes() == b"new\n"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.yaml", "real.yaml"]


def test_a_new_file_is_readable_as_the_user_has_chosen_for_new_files(tmp_path):
    mask = os.umask(0o027)
    try:
        replace_file(tmp_path / "plan.json", b"{}\n")
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "plan.json").stat().st_mode) == 0o640


def test_what_is_no_ordinary_file_is_written_to_and_stays(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    replace_file(pipe, b"plan\n")
    reader.join(timeout=10)
    assert read == [b"plan\n"] and pipe.is_fifo()


def test_a_name_that_is_too_long_is_named(tmp_path):
    with pytest.raises(Refused) as refused:
        replace_file(tmp_path / ("n" * 300), b"")
    assert refused.value.findings[0].values["reason"] == "name too long"
    assert list(tmp_path.iterdir()) == []


def test_macos_is_asked_for_more_than_fsync_and_falls_back_where_that_is_unknown(returns, monkeypatch):
    asked, fell_back = [], []

    def fcntl(descriptor: int, command: int) -> None:
        asked.append(command)
        if len(asked) % 2:
            raise OSError(errno.ENOTSUP, "not supported")

    monkeypatch.setattr(os, "fsync", fell_back.append)
    monkeypatch.setattr(disk, "F_FULLFSYNC", 51)
    monkeypatch.setattr(disk, "fcntl", fcntl, raising=False)
    post(returns)
    assert set(asked) == {51}
    assert len(fell_back) == (len(asked) + 1) // 2


def test_a_fault_of_the_disk_that_macos_reports_is_not_passed_over(returns, monkeypatch):
    with writing(returns):
        pass

    def fcntl(descriptor: int, command: int) -> None:
        raise OSError(errno.EIO, "input/output error")

    with locked(returns):
        monkeypatch.setattr(disk, "F_FULLFSYNC", 51)
        monkeypatch.setattr(disk, "fcntl", fcntl, raising=False)
        with pytest.raises(Refused) as refused:
            commit(returns, [], BATCH)
    assert refused.value.findings[0].code == "write-error"
    assert files(returns) == FURNITURE


@pytest.mark.parametrize("busy", [3, 10_000])
def test_a_file_that_windows_holds_is_tried_for_a_second(returns, monkeypatch, busy):
    with writing(returns):
        pass
    tries, clock = [], [0.0]
    replace = os.replace

    def held(source: Path, target: Path) -> None:
        tries.append(target)
        if len(tries) <= busy:
            raise PermissionError(errno.EACCES, "used by another program")
        replace(source, target)

    monkeypatch.setattr(disk, "WINDOWS", True)
    monkeypatch.setattr(disk.os, "replace", held)
    monkeypatch.setattr(disk.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(disk.time, "sleep", lambda seconds: clock.__setitem__(0, clock[0] + seconds))
    with locked(returns):
        if busy == 3:
            assert commit(returns, [], BATCH).read_bytes() == BATCH.data
        else:
            with pytest.raises(Refused) as refused:
                commit(returns, [], BATCH)
            assert refused.value.findings[0].values["reason"] == "no permission"
            assert 1 <= clock[0] < 1.1
            assert files(returns) == FURNITURE


def test_a_file_system_without_locks_is_refused(returns, monkeypatch):
    fcntl = pytest.importorskip("fcntl", reason="no fcntl: files are locked in another way on this system")

    def flock(descriptor: int, operation: int) -> None:
        raise OSError(errno.ENOSYS, "function not implemented")

    monkeypatch.setattr(fcntl, "flock", flock)
    with pytest.raises(Refused) as refused, locked(returns):
        pass
    assert refused.value.exit_code == 2
    assert refused.value.findings[0].values["reason"] == "no file locks"


def test_every_finding_has_its_sentences_filled(returns):
    values = {"path": "returns", "reason": "disk full", "size": 1, "size_needed": 2}
    for template in batch.TEMPLATES.values():
        assert "{" not in template.message.format_map(values) + template.hint.format_map(values)
