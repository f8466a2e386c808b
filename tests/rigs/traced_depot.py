"""A depot whose gateway runs under strace, which makes one chosen call fail or be its last; and the tries of a rig."""
import collections
import concurrent.futures
import io
import contextlib
import os
import pathlib
import re
import sys
import time

TREE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TREE / "tests" / "e2e"))
from harness import Depot, Failure, require, wait_until  # noqa: E402
from store_watch import StoreWatch  # noqa: E402

EVENTS = 200
JOURNAL_FILES = ("journal", "journal/new", "journal/new/data.mdb", "journal/new/lock.mdb", "journal/data.mdb",
                 "journal/lock.mdb", "journal/lock")


class TracedDepot(Depot):
    """strace does not stand between the gateway and its signals: it traces as a grandchild."""

    def start_traced(self, calls, *options, files=()):
        """@param calls  names of system calls; only those on `files`, by default the journal's, are seen"""
        paths = [part for path in files or [self.state / name for name in JOURNAL_FILES] for part in ("-P", path)]
        command = ["strace", "-D", "-f", "-qq", "-o", self.folder / "calls", "-e", "trace=" + ",".join(calls), *options,
                   *paths, self.programs.gateway, "run", "--config", self.config, "--state", self.state, "--runtime",
                   self.runtime]
        self.gateway = self.start("gateway", command, self.folder / "gateway.log")

    def start_payments(self):
        return self.start_source("payments", "--count", str(EVENTS), "--keys", "5", "--connections", "2", "--run", "rig",
                                 "--types", "payment.completed,user.created")

    def wait_until_taken_and_delivered(self, source):
        require(source.end(60) == 0, f"an event was refused\n{source.last_lines()}")
        self.wait_until_arrived({line["id"] for line in self.told() if line["what"] == "told"}, 60)

    def end_and_judge(self):
        """Stops the gateway; then the journal and what arrived have to be right. @return the journal as it was read"""
        require(self.gateway.is_running(), f"the gateway ended by itself with {self.gateway.child.returncode}")
        code = self.gateway.stop()
        require(code >= 0, f"the gateway died at its end, with {code}")
        watch = StoreWatch(self)
        watch.look()
        with contextlib.redirect_stdout(io.StringIO()):
            self.judge()
        return watch.earlier

    def trace(self):
        return (self.folder / "calls").read_text(encoding="utf-8", errors="replace")

    def count_calls(self):
        """Of a gateway that has ended, as soon as strace has written them down."""
        def counts():
            return collections.Counter(re.findall(r"^\d+ +(\w+)\(", self.trace(), re.MULTILINE))
        return wait_until(counts, "the calls are written down")


def run_points(try_point, build, points, jobs):
    """Tries each point in a process of its own, and prints what went wrong.

    @param try_point (build, point) → (what went wrong or an empty text, whether the call was met)
    @return how often calls were met by the first two parts of their point, and the points that went wrong
    """
    met = collections.Counter()
    wrong = []
    begun = time.monotonic()
    with concurrent.futures.ProcessPoolExecutor(jobs) as pool:
        running = {pool.submit(try_point, build, point): point for point in points}
        for done, future in enumerate(concurrent.futures.as_completed(running), 1):
            point = running[future]
            failure, has_met = future.result()
            met[point[:2]] += has_met
            if failure:
                wrong.append(point)
                print(f"WRONG at {':'.join(map(str, point))}: {failure}", flush=True)
            if done % 50 == 0:
                print(f"  {done:,} of {len(points):,} points, {time.monotonic() - begun:.0f} s", flush=True)
    return met, wrong


def default_jobs():
    return 2 * (os.cpu_count() or 1)
