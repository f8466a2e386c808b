"""A depot whose gateway runs under strace, which makes one chosen call fail or be its last."""
import collections
import contextlib
import io
import re
import subprocess

import rig  # noqa: F401  (makes the next ones to be found)
from harness import Depot, require, wait_until
from store_watch import StoreWatch

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


def why_impossible():
    """Why calls cannot be made to fail here, or an empty text."""
    try:
        done = subprocess.run(["strace", "-qq", "-e", "inject=uname:error=EIO", "true"], capture_output=True,
                              encoding="utf-8", check=False)
    except OSError as error:
        return str(error)
    return "" if done.returncode == 0 else f"strace: {done.stderr.strip()}"
