"""A depot whose journal holds events that nobody has delivered, as after a long outage; and how it is started."""
import contextlib
import os
import pathlib
import socket
import subprocess
import sys
import time

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TESTS / "e2e"))
from harness import Depot, Failure, require, write_file  # noqa: E402  (found through the line above)

EVENT_BYTES_IN_FILE = 345  # of one event with its key and its share of pages
OTHER_MIB = 12  # known ids, and the reserve


class ReadySocket:
    """Stands where systemd would: hears READY."""

    def __init__(self, path):
        self.path = str(path)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)

    def listen(self):
        """To the process that is started next; what earlier ones have said is forgotten."""
        os.environ["NOTIFY_SOCKET"] = self.path
        self.socket.settimeout(0)
        with contextlib.suppress(BlockingIOError):
            while True:
                self.socket.recv(4096)

    def wait(self, seconds):
        self.socket.settimeout(seconds)
        try:
            while b"READY=1" not in self.socket.recv(4096).split(b"\n"):
                pass
        except TimeoutError:
            raise Failure(f"no READY within {seconds} s") from None

    def close(self):
        self.socket.close()


class QueuedDepot(Depot):
    """Endpoints `receiver`, `receiver-2`, … all get all events from the one receiver, if it runs."""

    def __init__(self, build, endpoints=1, size_mib=64):
        super().__init__(build)
        self.queue_events = pathlib.Path(build).resolve() / "tests" / "bench" / "queue_events"
        self.endpoints = ["receiver" if number == 1 else f"receiver-{number}" for number in range(1, endpoints + 1)]
        write_file(self.config / "gateway.yaml", "gateway:\n  id: bench-depot-1\n  environment: test\n"
                                                 f"storage:\n  size: {size_mib} MiB\n")
        write_file(self.config / "endpoints.d" / "receiver.yaml", "endpoints:\n" + "".join(
            f"  - name: {name}\n    url: http://127.0.0.1:1/hooks/{name}\n    sign: standard-webhooks\n"
            "    secret: receiver\n    events: all\n    connections: 8\n" for name in self.endpoints))
        self.put_ports_in()

    def __enter__(self):
        self.ready = ReadySocket(self.folder / "notify.sock")
        return super().__enter__()

    def __exit__(self, *error):
        self.ready.close()
        return super().__exit__(*error)

    @property
    def journal(self):
        return self.state / "journal"

    def start_until_ready(self, seconds=600):
        """@return seconds from exec to READY"""
        self.ready.listen()
        begun = time.monotonic()
        self.start_gateway()
        self.ready.wait(seconds)
        return time.monotonic() - begun

    def stop_gateway(self):
        require(self.gateway.stop(60) == 0, f"the gateway did not end well\n{self.gateway.last_lines()}")

    def fill(self, events):
        """The streams begin with a first start; then so many events come behind."""
        self.start_until_ready()
        self.stop_gateway()
        if events:
            subprocess.run([self.queue_events, self.journal, str(events), *self.endpoints], check=True)

    def forget_files(self):
        """What the system keeps in memory of the journal and of the program."""
        for path in (self.journal / "data.mdb", self.programs.gateway):
            with open(path, "rb") as file:
                os.fsync(file.fileno())
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def size_mib_for(events, fill):
    """The map in which so many events take this share."""
    return max(64, int((events * EVENT_BYTES_IN_FILE / fill) / (1 << 20)) + OTHER_MIB)
