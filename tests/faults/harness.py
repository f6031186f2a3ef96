"""Make every system call of a program go wrong in every way, and see that its files are whole or absent each time.

    report = run_points("returnledger.cli:main", ["apply", "events.yaml"], folder, posted="returns/2*/*.beancount")
    assert report.problems == [] and report.fired == report.points

The program is run once in peace to learn its calls and its result, then once a point with the fault and once more without.
Each point starts from a copy of `folder`, which is also the working folder; `{folder}` in arguments and environment is
the copy's path. The program must be deterministic, say `done` (or `told`) on standard output only when the work is on
disk, and name findings by their code. `posted` is a pattern for the files whose appearance is the posting, `needs` one
for those that must then be there, `ignore` for those whose bytes may differ from run to run.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
EVERY = ("kill-before", "kill-after", "interrupt", "EIO", "ENOSPC", "EROFS", "late-EIO", "ENOSPC-on", "EIO-on")
WRITES = ("torn", "short")
KILLED = -9

Faults = tuple[tuple[int, str], ...]


class Outcome(NamedTuple):
    """How one run ended: exit code (negative: signal) and what it printed."""

    code: int
    out: str
    err: str


class Call(NamedTuple):
    """One line of the shim's log; `hit` is the fault that struck, if any."""

    name: str
    path: str
    hit: str

    @property
    def took(self) -> bool:
        """Return True if the call did its work."""
        return not self.hit or self.hit in ("kill-after", "late-EIO", "interrupt", "torn", "short")


class Forker:
    """A program in waiting that is forked for every run (see forker.py)."""

    def __init__(
        self, entry: str, scratch: Path, preload: Path | None = None, env: Mapping[str, str] | None = None
    ) -> None:
        """Import `entry` ("module:function") with the shim `preload` in place; printed text goes through `scratch`."""
        scratch.mkdir(parents=True, exist_ok=True)
        self.scratch = scratch
        env = {**(os.environ if env is None else env), **({"LD_PRELOAD": str(preload)} if preload else {})}
        command = [sys.executable, str(HERE / "forker.py"), entry]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env)

    def run(
        self, argv: Sequence[str], cwd: Path, env: Mapping[str, str] | None = None, *, in_one: bool = False
    ) -> Outcome:
        """Run the program once; `in_one` puts its errors among what it prints, as a terminal shows them."""
        out = self.scratch / "out"
        err = out if in_one else self.scratch / "err"
        order = {"argv": list(argv), "cwd": str(cwd), "env": dict(env or {}), "out": str(out), "err": str(err)}
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, f"{self.process.args} ended"
        return Outcome(int(answer), out.read_text(errors="replace"), err.read_text(errors="replace"))

    def __enter__(self) -> Forker:
        """Return the waiting program."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let the program go."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()


def build_shim(folder: Path) -> Path | None:
    """Compile the shim into `folder`; None where there is no C compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if not compiler:
        return None
    shim = folder / "shim.so"
    command = [compiler, "-shared", "-fPIC", "-O1", "-o", str(shim), str(HERE / "shim.c"), "-ldl"]
    subprocess.run(command, check=True)
    return shim


@dataclass
class Report:
    """What a trial found: how many points were tried, how many of their faults fired, and everything that was wrong."""

    points: int = 0
    fired: int = 0
    calls: list[Call] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@dataclass
class Trial:
    """One program, one starting folder, and what a peaceful run of it leaves behind."""

    program: Forker
    argv: Sequence[str]
    template: Path
    work: Path
    posted: str
    needs: str = ""
    told: str = "done"
    ignore: Sequence[str] = (".lock", "*/.lock")
    env: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Run once in peace."""
        self.log = self.work.parent / f"{self.work.name}.log"
        self.reset()
        self.before = self.tree()
        self.hollow = self.empty_folders()
        self.peace, self.calls = self.run()
        assert self.peace.code == 0 and self.told in self.peace.out, f"the baseline is not green: {self.peace}"
        self.after = self.tree()
        changed = [path for path, data in self.after.items() if self.before.get(path) != data]
        self.targets = [path for path in changed if fnmatch(path, self.posted)]
        self.needed = [path for path in changed if fnmatch(path, self.needs)]
        assert self.targets, f"the baseline posted nothing like {self.posted}: {changed}"

    def reset(self) -> None:
        """Start again from a copy of the template."""
        shutil.rmtree(self.work, ignore_errors=True)
        shutil.copytree(self.template, self.work, symlinks=True)

    def tree(self) -> dict[str, bytes]:
        """Return every file that counts, with its bytes."""
        files = {path.relative_to(self.work).as_posix(): path for path in self.work.rglob("*") if path.is_file()}
        kept = {name: path for name, path in files.items() if not any(fnmatch(name, each) for each in self.ignore)}
        return {name: path.read_bytes() for name, path in sorted(kept.items())}

    def empty_folders(self) -> set[str]:
        """Return the folders with nothing in them, but for the ledger's own, which the lock needs."""
        folders = (path for path in self.work.glob("*/**/") if path.parent != self.work)
        return {path.relative_to(self.work).as_posix() for path in folders if not any(path.iterdir())}

    def run(self, at: int = 0, fault: str = "") -> tuple[Outcome, list[Call]]:
        """Run the program with one fault, or in peace, and return what it printed and the calls it made."""
        self.log.unlink(missing_ok=True)
        env = {"RL_FAULT_FOLDER": str(self.work), "RL_FAULT_LOG": str(self.log)}
        env |= {"RL_FAULT_AT": str(at), "RL_FAULT": fault}
        env |= {name: value.replace("{folder}", str(self.work)) for name, value in self.env.items()}
        argv = [word.replace("{folder}", str(self.work)) for word in self.argv]
        outcome = self.program.run(argv, self.work, env)
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return outcome, [_call(line, self.work) for line in lines]

    def every_point(self) -> list[Faults]:
        """Return one point for every call of the peaceful run and every fault that it can meet."""
        return [
            ((number, fault),)
            for number, call in enumerate([call for call in self.calls if call.name != "tell"], 1)
            for fault in (*EVERY, *(WRITES if call.name == "write" else ()))
        ]

    def state_problems(self, outcome: Outcome, calls: list[Call], single: bool) -> list[str]:
        """Return what is wrong after a run that met a fault."""
        now, found = self.tree(), []
        leftovers = [name for name in now if _is_temporary(name) and name not in self.before]
        for name, data in now.items():
            if not _is_temporary(name) and data not in (self.before.get(name), self.after.get(name)):
                found.append(f"{name} is neither as before nor as it should become")
        if gone := [name for name in self.before if name not in now and not _is_temporary(name)]:
            found.append(f"{gone} lost")
        there = [name for name in self.targets if now.get(name) == self.after[name]]
        if there and there != self.targets:
            found.append(f"only {there} of {self.targets}")
        if there and (lacking := [name for name in self.needed if name not in now]):
            found.append(f"posted without {lacking}")
        if self.told in outcome.out:
            if not there:
                found.append("said to be done, but nothing is there")
            found += self.order_problems(calls)
        if outcome.code not in (0, 1, 2, 4, 130, KILLED) or "Traceback" in outcome.err:
            found.append(f"ended with {outcome.code}: {outcome.err[-500:]}")
        if outcome.code in (1, 2, 4) and single:
            if bool(there) != ("commit-not-synced" in outcome.out + outcome.err):
                found.append(f"refused, {'yet' if there else 'nothing is'} there: {outcome.out}{outcome.err}")
            if leftovers:
                found.append(f"left {leftovers} behind though it could have cleaned up")
            if not there and (early := [name for name in self.needed if name in now]):
                found.append(f"nothing was posted, but {early} stayed")
            if not there and (empty := self.empty_folders() - self.hollow):
                found.append(f"left {sorted(empty)} empty")
        return found

    def retry_problems(self) -> list[str]:
        """Return what is wrong after a run in peace that follows the faults."""
        outcome, calls = self.run()
        if outcome.code != 0:
            return [f"the next run in peace ended with {outcome}"]
        now = self.tree()
        odd = sorted(name for name in now.keys() | self.after.keys() if now.get(name) != self.after.get(name))
        found = [f"after the next run in peace {odd} differ from an undisturbed run"] if odd else []
        return found + (self.order_problems(calls) if self.told in outcome.out else [])

    def order_problems(self, calls: list[Call]) -> list[str]:
        """Return where "done" was said before the disk had everything: bytes, then names, then the word."""
        tell = next((i for i, call in enumerate(calls) if call.name == "tell"), len(calls))
        done = [call for call in calls[:tell] if call.took]
        found = []
        first_target = min(
            (i for i, c in enumerate(done) if c.name == "rename" and c.path in self.targets), default=None
        )
        for name, data in self.after.items():
            if self.before.get(name) == data:
                continue
            renamed = [i for i, call in enumerate(done) if call.name == "rename" and call.path == name]
            limit = first_target if name in self.needed and first_target is not None else len(done)
            if not renamed:
                found += [f"{name} written in place" for call in done if call.name == "write" and call.path == name][:1]
            elif not _synced_before(done, renamed[-1], _folder(name)):
                found.append(f"{name} was named before its bytes were synced")
            start = renamed[-1] if renamed else 0
            if not any(c.name == "fsync" and c.path == _folder(name) for c in done[start:limit]):
                found.append(f"the folder of {name} was not synced in time")
        for i, call in enumerate(done):
            if call.name == "mkdir" and not any(c.name == "fsync" and c.path == _folder(call.path) for c in done[i:]):
                found.append(f"the folder that holds {call.path} was not synced")
        return found


def run_points(
    program: Forker,
    argv: Sequence[str],
    folder: Path,
    work: Path,
    points: Iterable[Faults] | None = None,
    **options: object,
) -> Report:
    """Try `argv` at every point (or at `points`: faults of successive runs), each from a copy of `folder` in `work`."""
    trial = Trial(program, argv, folder, work, **options)  # type: ignore[arg-type]
    report = Report(calls=trial.calls)
    report.problems += [f"in peace: {problem}" for problem in trial.order_problems(trial.calls)]
    for faults in trial.every_point() if points is None else points:
        trial.reset()
        report.points += 1
        found = []
        for turn, (at, fault) in enumerate(faults):
            outcome, calls = trial.run(at, fault)
            hit = any(call.hit == fault for call in calls)
            # Of several faults the later ones may fall behind the end of a run that found less to do.
            report.fired += hit and turn == 0
            found += trial.state_problems(outcome, calls, single=len(faults) == 1 and not fault.endswith("-on"))
        found += trial.retry_problems()
        place = ", ".join(f"{fault} at {at} ({_named(trial.calls, at)})" for at, fault in faults)
        report.problems += [f"{place}: {problem}" for problem in found]
    return report


def _named(calls: list[Call], number: int) -> str:
    numbered = [call for call in calls if call.name != "tell"]
    return f"{numbered[number - 1].name} {numbered[number - 1].path}" if number <= len(numbered) else "-"


def _call(line: str, work: Path) -> Call:
    line, _, hit = line.partition("\thit ")
    _, name, path = (line + " ").split(" ", 2)
    relative = path.strip().removeprefix(str(work)).lstrip("/")
    return Call(name, relative or ".", hit)


def _folder(name: str) -> str:
    return Path(name).parent.as_posix()


def _is_temporary(name: str) -> bool:
    return Path(name).name.startswith(".tmp-")


def _synced_before(calls: list[Call], renamed: int, folder: str) -> bool:
    """Return True if each temporary file of the folder that was written was also synced before the rename."""
    written = {c.path for c in calls[:renamed] if c.name == "write" and _folder(c.path) == folder}
    last = {
        path: max(i for i, c in enumerate(calls[:renamed]) if c.name == "write" and c.path == path) for path in written
    }
    return all(any(c.name == "fsync" and c.path == path for c in calls[i:renamed]) for path, i in last.items())
