"""A batch is wholly there or not there, whatever goes wrong at whichever system call, and "done" means on disk."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from faults.harness import EVERY, HERE, WRITES, Forker, Trial, build_shim, run_points

from returnledger.batch import FURNITURE, Files, commit, replace_file, touch_placeholder, writing
from returnledger.findings import Refused, Severity

POSTED = "returns/2026/*.beancount"
NEEDS = "returns/accounts/*"
POST = ["post", "{folder}/returns"]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the shim of tests/faults is for Linux")


@pytest.fixture(scope="module")
def room() -> Iterator[Path]:
    """Return a folder in memory where there is one: thousands of syncs of a real disk would take minutes."""
    memory = Path("/dev/shm")
    room = Path(tempfile.mkdtemp(dir=memory if os.access(memory, os.W_OK) else None))
    yield room
    shutil.rmtree(room)


@pytest.fixture(scope="module")
def writer(room: Path) -> Iterator[Forker]:
    """Return the smallest program that posts a batch, waiting to be forked under the shim."""
    shim = build_shim(room)
    if shim is None:
        pytest.skip("no C compiler (cc or gcc) to make the shim with")
    with Forker("writer:main", room / "scratch", shim) as program:
        yield program


@pytest.fixture
def fresh(room: Path) -> Path:
    """Return a starting folder without returns/."""
    folder = room / "fresh"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


@pytest.fixture
def used(fresh: Path) -> Path:
    """Return a starting folder with an earlier batch, one of the account files, and what a killed writer left."""
    with writing(fresh / "returns"):
        account = Files("accounts/Income-Returns.beancount", b"2020-01-01 open Income:Returns\n")
        commit(fresh / "returns", [account], Files("2026/2026-10-01-000000000000.beancount", b"; earlier\n"))
    (fresh / "returns/2026/.tmp-2026-11-02-9f3a21c04b7e.beancount").write_bytes(b"; half of a ba")
    return fresh


def test_every_fault_at_every_call_of_a_first_batch_leaves_it_whole_or_absent(writer, fresh, room):
    report = run_points(writer, POST, fresh, room / "work", posted=POSTED, needs=NEEDS)
    assert report.problems == []
    assert report.fired == report.points > 300


def test_every_fault_at_every_call_of_a_later_batch_leaves_it_whole_or_absent(writer, used, room):
    report = run_points(writer, POST, used, room / "work", posted=POSTED, needs=NEEDS)
    assert report.problems == []
    assert "unlink" in [call.name for call in report.calls], "there was no leftover to delete"
    assert report.fired == report.points > 150


def test_every_fault_at_every_call_of_a_new_folder_leaves_each_file_whole_or_absent(writer, fresh, room):
    report = run_points(writer, ["furnish", "{folder}/returns"], fresh, room / "work", posted="returns/.gitignore")
    # These files are no posting: one that is named although the disk then complained is no harm.
    assert [each for each in report.problems if "refused, yet there" not in each] == []
    assert report.fired == report.points > 100


def test_every_fault_at_every_call_of_a_replacement_leaves_the_old_file_or_the_new(writer, fresh, room):
    (fresh / "events.pending.yaml").write_text("old\n")
    report = run_points(writer, ["replace", "{folder}/events.pending.yaml"], fresh, room / "work", posted="*.yaml")
    # There is no next writer who would know of a leftover beside a user's file; only a killed program leaves one.
    problems = [
        each for each in report.problems if ".tmp-" not in each or not each.startswith(("kill", "torn", "EIO-on"))
    ]
    assert problems == []
    assert report.fired == report.points > 50


@pytest.mark.parametrize(
    ("broken", "fault", "said"),
    [
        ("in-place", "torn", "is neither as before nor as it should become"),
        ("no-file-sync", "", "was named before its bytes were synced"),
        ("no-folder-sync", "", "was not synced in time"),
        ("no-recovery", "kill-after", "was not synced in time"),
        ("no-recovery", "kill-before", "the next run in peace ended with"),
        ("no-cleaning", "EIO", "behind though it could have cleaned up"),
        ("accounts-last", "kill-after", "posted without"),
        ("early-word", "kill-before", "said to be done, but nothing is there"),
    ],
)
def test_a_writer_without_one_of_the_precautions_is_caught(writer, fresh, room, broken, fault, said):
    argv = [*POST, "--broken", broken]
    options = {"posted": POSTED, "needs": NEEDS}
    points = [
        point for point in Trial(writer, argv, fresh, room / "work", **options).every_point() if point[0][1] == fault
    ]
    report = run_points(writer, argv, fresh, room / "work", points, **options)
    assert report.fired == report.points
    assert any(said in problem for problem in report.problems), report.problems


def test_the_shim_sees_every_changing_call_that_the_kernel_sees(writer, fresh, room):
    if not shutil.which("strace"):
        pytest.skip("no strace to compare the shim with")
    if subprocess.run(["strace", "-f", "-o", os.devnull, "true"], capture_output=True).returncode:
        pytest.skip("strace may not trace another program here (ptrace is forbidden)")
    trial = Trial(writer, POST, fresh, room / "work", posted=POSTED)
    trial.reset()
    changing = (
        "open,openat,openat2,creat,write,pwrite64,writev,pwritev,pwritev2,sendfile,copy_file_range,splice,fallocate,"
        "fsync,fdatasync,sync_file_range,rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,mkdir,"
        "mkdirat,mknod,mknodat,rmdir,ftruncate,truncate,utime,utimes,utimensat,chmod,fchmod,fchmodat,chown,fchown,fchownat,setxattr,fsetxattr"
    )
    log = room / "strace.log"
    command = ["strace", "-f", "-y", "-o", str(log), "-e", f"trace={changing}", sys.executable, str(HERE / "writer.py")]
    command += [word.replace("{folder}", str(trial.work)) for word in POST]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    seen = Counter[str]()
    same = {"openat": "open", "pwrite64": "write", "fdatasync": "fsync", "utimensat": "utime", "mkdirat": "mkdir"}
    same |= {"renameat": "rename", "renameat2": "rename", "unlinkat": "unlink"}
    for line in log.read_text().splitlines():
        name = line.split("(")[0].split()[-1]
        reads_only = name.startswith("open") and not any(flag in line for flag in ("O_WRONLY", "O_RDWR", "O_CREAT"))
        if str(trial.work) in line and not reads_only:
            seen[same.get(name, name)] += 1
    assert seen == Counter(call.name for call in trial.calls if call.name not in ("close", "tell"))


@pytest.mark.long
def test_twenty_thousand_points_with_faults_in_succession_leave_the_batch_whole_or_absent(writer, fresh, used, room):
    dice = random.Random(20261102)
    for scene in range(100):
        argv = [*POST, "--size", str(dice.choice([90, 4096, 65536, dice.randrange(100, 200_000)]))]
        folder = used if scene % 2 else fresh
        calls = [
            call for call in Trial(writer, argv, folder, room / "work", posted=POSTED).calls if call.name != "tell"
        ]
        points = []
        for _ in range(200):
            faults = []
            for _ in range(dice.randrange(1, 4)):
                at = dice.randrange(1, len(calls) + 1)
                # A torn or short write is only asked for where the first run writes; in later runs it may miss.
                faults.append((at, dice.choice((*EVERY, *(WRITES if calls[at - 1].name == "write" else ())))))
            points.append(tuple(faults))
        report = run_points(writer, argv, folder, room / "work", points, posted=POSTED, needs=NEEDS)
        assert report.problems == []
        assert report.fired == report.points


FILL = """
import sys; from pathlib import Path
from returnledger.batch import *; from returnledger.findings import Refused
returns = Path(sys.argv[1], "returns")
def post(name):
    with writing(returns):
        commit(returns, [], Files(f"2026/{name}.beancount", name.encode() * 1000))
done, refused = [], ""
for name in [f"{number:08}" for number in range(20)]:
    try:
        post(name); done.append(name)
    except Refused as stop:
        refused = stop.findings[0]; break
assert 1 < len(done) < 20, done
assert (refused.code, refused.values["reason"]) == ("write-error", "disk full"), refused
there = sorted(path for path in returns.rglob("*") if path.is_file() and path.parent != returns)
assert [path.stem for path in there] == done, there
assert all(path.read_bytes() == path.stem.encode() * 1000 for path in there)
there[0].unlink(); post(name)
print("kept", len(done))
"""


def in_mount(options: str, script: str) -> subprocess.CompletedProcess[str]:
    """Run a Python script with a file system of its own at argv[1]; skips where mounting is not permitted."""
    with tempfile.TemporaryDirectory() as folder:
        for unshare in (["unshare", "-m"], ["unshare", "-rm"]):
            mount = [
                *unshare,
                "sh",
                "-c",
                f'mount -t tmpfs -o {options} none "$1" && exec "$2" -c "$3" "$1"',
                "sh",
                folder,
            ]
            if not shutil.which("unshare") or subprocess.run([*mount, "true", ""], capture_output=True).returncode:
                continue
            return subprocess.run([*mount, sys.executable, script], capture_output=True, text=True)
    pytest.skip("no tmpfs of one's own: unshare is missing or mounting is not permitted here")


def test_a_disk_that_fills_up_refuses_the_batch_and_keeps_the_earlier_ones():
    result = in_mount("size=64k", FILL)
    assert result.returncode == 0 and "kept" in result.stdout, result.stderr


def test_a_read_only_folder_is_refused_before_anything_is_done():
    script = """
import sys; from pathlib import Path
from returnledger.batch import *; from returnledger.findings import Refused
try:
    with writing(Path(sys.argv[1], "returns")): raise SystemExit("held a lock in a read-only folder")
except Refused as stop:
    print(stop.exit_code, stop.findings[0].code, stop.findings[0].values["reason"])
"""
    result = in_mount("ro", script)
    assert result.stdout == "2 folder-not-writable read-only\n", result.stderr


def test_a_file_where_the_folder_should_be_is_refused(tmp_path):
    returns = tmp_path / "returns"
    returns.write_text("not a folder")
    with pytest.raises(Refused) as refused, writing(returns):
        pass
    assert refused.value.exit_code == 2
    assert [finding.code for finding in refused.value.findings] == ["folder-not-writable"]
    assert refused.value.findings[0].values == {"path": returns.as_posix(), "reason": "a file is in the way"}
    assert returns.read_text() == "not a folder"


def test_a_full_device_is_named():
    if not Path("/dev/full").is_char_device():
        pytest.skip("no /dev/full, the device that is always full")
    with pytest.raises(Refused) as refused:
        replace_file(Path("/dev/full"), b"events\n")
    assert refused.value.findings[0].values == {"path": "/dev/full", "reason": "disk full"}
    assert Path("/dev/full").is_char_device()


def test_a_placeholder_that_cannot_be_touched_is_a_warning(tmp_path):
    with writing(tmp_path / "returns"):
        pass
    assert touch_placeholder(tmp_path / "returns") is None
    (tmp_path / "returns" / next(iter(FURNITURE))).unlink()
    finding = touch_placeholder(tmp_path / "returns")
    assert finding and (finding.code, finding.severity) == ("placeholder-not-touched", Severity.WARNING)
