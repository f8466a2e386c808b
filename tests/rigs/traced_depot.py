"""A depot whose gateway runs under strace, which makes one chosen call fail or be its last.

Where it is its last, and whenever that is, the gateway is started again, without strace.
"""
import collections
import contextlib
import io
import re
import signal
import subprocess
import threading

import rig  # noqa: F401  (makes the next ones to be found)
from harness import Depot, require, wait_until
from store_watch import StoreWatch

EVENTS = 200
JOURNAL_FILES = ("journal", "journal/new", "journal/new/data.mdb", "journal/new/lock.mdb", "journal/data.mdb",
                 "journal/lock.mdb", "journal/lock")
CANNOT_START = 3  # what it ends with if it was its child that was killed, while it looked at the journal


class TracedDepot(Depot):
    """strace does not stand between the gateway and its signals: it traces as a grandchild."""

    def __init__(self, build):
        super().__init__(build)
        self.set_store_size("16 MiB")  # the least there is: it is made, and copied for the judge, in each trial

    def start_traced(self, calls, *options, files=()):
        """@param calls  names of system calls; only those on `files`, by default the journal's, are seen"""
        paths = [part for path in files or [self.state / name for name in JOURNAL_FILES] for part in ("-P", path)]
        self.is_to_die = any("signal=KILL" in option for option in options)
        how = [] if self.is_to_die else ["--seccomp-bpf"]  # faster, but then strace kills nobody
        command = ["strace", "-D", "-f", *how, "-qq", "-o", self.folder / "calls", "-e", "trace=" + ",".join(calls), *options,
                   *paths, self.programs.gateway, "run", "--config", self.config, "--state", self.state, "--runtime",
                   self.runtime]
        self.traced = self.gateway = self.start("gateway", command, self.folder / "gateway.log")
        threading.Thread(target=self.start_again_if_killed, daemon=True).start()

    def start_again_if_killed(self):
        self.traced.child.wait()
        if self.was_killed():
            self.start_gateway().child.wait()  # it dies with the thread that has started it

    def was_killed(self):
        """Whether the chosen call was the last of the traced gateway, or of its child."""
        return self.is_to_die and self.traced.child.returncode in (-signal.SIGKILL, CANNOT_START)

    def __exit__(self, kind, error, trace):
        self.is_to_die = False
        return super().__exit__(kind, error, trace)

    def start_payments(self):
        return self.start_source("payments", "--count", str(EVENTS), "--keys", "5", "--connections", "2", "--run", "rig",
                                 "--types", "payment.completed,user.created")

    def wait_until_taken_and_delivered(self, source):
        require(source.end() == 0, f"an event was refused\n{source.last_lines()}")
        self.wait_until_arrived({line["id"] for line in self.told() if line["what"] == "told"}, 60)

    def end_and_judge(self):
        """Stops the gateway; then the journal and what arrived have to be right. @return the journal as it was read"""
        code = self.stop_whichever_runs()
        require(code >= 0, f"the gateway died at its end, with {code}")
        watch = StoreWatch(self)
        watch.look()
        with contextlib.redirect_stdout(io.StringIO()):
            self.judge()
        return watch.earlier

    def stop_whichever_runs(self):
        last = self.gateway
        is_running = last.is_running()
        code = last.stop()
        if last is self.traced and self.was_killed():
            wait_until(lambda: self.gateway is not last, "the killed gateway is started again")
            self.wait_for_intake()
            return self.gateway.stop()
        require(is_running, f"the gateway ended by itself with {code}")
        return code

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
