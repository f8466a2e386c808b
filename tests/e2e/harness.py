"""What end-to-end tests and the demo are made of: folders, processes, ports, and waiting for what can be seen.

Nothing here sleeps in the hope that something has happened: `wait_until` asks again and again until a deadline.
Every process is started by its own handle and ended through it; all of them die with the test.
"""
import contextlib
import ctypes
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TESTS / "simulators" / "judge"))
import judge  # noqa: E402  (found through the line above)

INTAKE_TARGET = "/events"
SECRET = "whsec_ZW5kLXRvLWVuZCB0ZXN0cyBvbmx5LCBubyBzZWNyZXQ="
PR_SET_PDEATHSIG = 1


LONGEST_WAIT = 60.0  # seconds; only a failing test waits this long


class Failure(Exception):
    """What a test found wrong, in a sentence."""


def require(condition, text):
    if not condition:
        raise Failure(text)


def wait_until(condition, what, seconds=LONGEST_WAIT):
    """Asks `condition` until it gives something true, and returns that; fails with `what` after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise Failure(f"waited {seconds:.0f} s in vain: {what}")
        time.sleep(0.01)  # between two questions


def die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Process:
    """One child. Its output goes to a file, or to ours if there is none."""

    def __init__(self, name, command, output=None):
        self.name = name
        self.output = output
        with contextlib.ExitStack() as stack:
            sink = stack.enter_context(open(output, "ab")) if output else None
            self.child = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=sink,
                                          stderr=sink, start_new_session=True, preexec_fn=die_with_parent)

    def is_running(self):
        return self.child.poll() is None

    def kill(self):
        """kill -9, and waits until it is gone."""
        self.child.kill()
        return self.child.wait()

    def stop(self, seconds=LONGEST_WAIT):
        """Asks it to end and returns the exit code; whoever does not end in time has failed."""
        if self.is_running():
            self.child.terminate()
        try:
            return self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Failure(f"{self.name} did not end within {seconds:.0f} s of SIGTERM") from None

    def end(self, seconds=2 * LONGEST_WAIT):
        """Waits until it has ended by itself and returns the exit code."""
        try:
            return self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Failure(f"{self.name} has not ended within {seconds:.0f} s\n{self.last_lines()}") from None

    def last_lines(self, count=15):
        if not self.output or not os.path.exists(self.output):
            return ""
        with open(self.output, encoding="utf-8", errors="replace") as file:
            return "".join(file.readlines()[-count:])


class LineFollower:
    """Reads what has been added to a log of JSON lines since it was asked last."""

    def __init__(self, path):
        self.path = path
        self.offset = 0

    def new_lines(self):
        if not os.path.exists(self.path):
            return []
        with open(self.path, "rb") as file:
            file.seek(self.offset)
            complete, end, _ = file.read().rpartition(b"\n")
        self.offset += len(complete) + len(end)
        return [json.loads(line) for line in complete.split(b"\n") if line]


class GrowingLog:
    """All of a log of JSON lines, each read once, however often it is asked for."""

    def __init__(self, path):
        self.follower = LineFollower(path)
        self.so_far = []

    def lines(self):
        self.so_far += self.follower.new_lines()
        return self.so_far


class Programs:
    def __init__(self, build):
        build = pathlib.Path(build).resolve()
        self.gateway = build / "chargehook"
        self.receiver = build / "tests" / "simulators" / "webhook-receiver"
        self.source = build / "tests" / "simulators" / "event-source"
        self.charger = build / "tests" / "simulators" / "ocpp-charger"
        self.csms = build / "tests" / "simulators" / "ocpp-csms"
        for program in (self.gateway, self.receiver, self.source, self.charger, self.csms):
            require(program.exists(), f"{program} has not been built")


class Depot:
    """A gateway, its receiver and its sources in a folder of their own. Use as a context: all end with it, and the
    folder stays only if something went wrong."""

    def __init__(self, build, config=None):
        self.programs = Programs(build)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="chargehook-e2e-"))
        self.config = self.folder / "config"
        self.state = self.folder / "state"
        self.runtime = self.folder / "run"
        for folder in (self.state, self.runtime):
            folder.mkdir(mode=0o750)
        self.intake = self.runtime / "ingest.sock"
        self.receiver_log = self.folder / "receiver.jsonl"
        self.source_logs = []
        self.logs_read = {}
        self.processes = []
        self.gateway = self.receiver = None
        self.holds = []
        self.port = self.hold()  # of the receiver
        self.proxy_port = self.hold()
        self.csms_port = self.hold()
        self.meter_port = self.hold()
        self.broker_port = self.hold()
        copy_config(config, self.config) if config else write_config(self.config)
        self.put_ports_in()

    def hold(self):
        hold, port = hold_port()
        self.holds.append(hold)
        return port

    def put_ports_in(self):
        """The configuration names the ports of this depot where it says 127.0.0.1."""
        for pattern, text, port in (("endpoints.d/*.yaml", "127.0.0.1:", self.port),
                                    ("adapters.d/ocpp.yaml", "listen: 127.0.0.1:", self.proxy_port),
                                    ("adapters.d/ocpp.yaml", "ws://127.0.0.1:", self.csms_port),
                                    ("adapters.d/modbus.yaml", "host: 127.0.0.1:", self.meter_port),
                                    ("adapters.d/mqtt.yaml", "mqtt://127.0.0.1:", self.broker_port)):
            for path in self.config.glob(pattern):
                changed = re.sub(f"{re.escape(text)}\\d+", f"{text}{port}", path.read_text(encoding="utf-8"))
                path.write_text(changed, encoding="utf-8")

    def set_store_size(self, size):
        """@param size as a person writes it, "16 MiB"; for the next start"""
        config = self.config / "gateway.yaml"
        text, count = re.subn(r"(?m)^(storage:\n  size: ).*$", rf"\g<1>{size}", config.read_text(encoding="utf-8"))
        require(count == 1, f"{config} has no size of the store at its place")
        config.write_text(text, encoding="utf-8")

    def __enter__(self):
        return self

    def __exit__(self, kind, error, _):
        for process in self.processes:
            if process.is_running():
                process.kill()
        for hold in self.holds:
            hold.close()
        if kind is None or kind is KeyboardInterrupt:
            shutil.rmtree(self.folder)
            return
        print(f"--- the folder stays for a look: {self.folder}", file=sys.stderr)
        for process in self.processes[-8:]:
            print(f"--- {process.name}\n{process.last_lines()}", file=sys.stderr)

    def start(self, name, command, output):
        process = Process(name, command, output)
        self.processes = [each for each in self.processes if each.is_running()] + [process]
        return process

    def start_gateway(self, output="gateway.log"):
        command = [self.programs.gateway, "run", "--config", self.config, "--state", self.state, "--runtime",
                   self.runtime]
        self.gateway = self.start("gateway", command, self.folder / output)
        return self.gateway

    def command(self, *words, seconds=2 * LONGEST_WAIT):
        """Runs the program with these words until it ends: exit code, standard output, standard error."""
        done = subprocess.run([str(word) for word in (self.programs.gateway, *words)], stdin=subprocess.DEVNULL,
                              capture_output=True, encoding="utf-8", timeout=seconds, preexec_fn=die_with_parent)
        return done.returncode, done.stdout, done.stderr

    def wait_for_intake(self, seconds=LONGEST_WAIT):
        def takes_connections():
            require(self.gateway.is_running(), f"the gateway ended with {self.gateway.child.returncode}")
            return can_connect(self.intake)
        wait_until(takes_connections, "the gateway's intake takes connections", seconds)

    def start_receiver(self, *options, output="receiver.log"):
        port_file = self.folder / "receiver.port"
        port_file.unlink(missing_ok=True)
        command = [self.programs.receiver, "--listen", f"127.0.0.1:{self.port}", "--secret-file", self.secret_file(),
                   "--log", self.receiver_log, "--port-file", port_file, *options]
        self.receiver = self.start("receiver", command, self.folder / output if output else None)

        def listens():
            require(self.receiver.is_running(), f"the receiver ended with {self.receiver.child.returncode}")
            return port_file.exists()
        wait_until(listens, "the receiver listens")
        return self.receiver

    def start_source(self, name, *options):
        log = self.folder / f"{name}.jsonl"
        if log not in self.source_logs:
            self.source_logs.append(log)
        command = [self.programs.source, "--socket", self.intake, "--target", INTAKE_TARGET, "--name", name, "--log",
                   log, *options]
        return self.start(name, command, self.folder / f"{name}.log")

    def secret_file(self):
        """The signing secret among the secrets: there is one in a depot of these tests."""
        return next(path for path in sorted((self.config / "secrets").iterdir())
                    if path.read_text(encoding="utf-8").startswith("whsec_"))

    def told(self):
        return [line for log in self.source_logs for line in self.lines_of(log)]

    def received(self):
        return list(self.lines_of(self.receiver_log))

    def lines_of(self, log):
        return self.logs_read.setdefault(log, GrowingLog(log)).lines()

    def wait_until_arrived(self, ids, seconds):
        """Until the receiver has taken every event of `ids`."""
        missing = set(ids)
        follower = LineFollower(self.receiver_log)

        def all_arrived():
            missing.difference_update(line["id"] for line in follower.new_lines() if judge.is_taken(line))
            return not missing
        try:
            wait_until(all_arrived, "all events arrive", seconds)
        except Failure:
            raise Failure(f"{len(missing):,} of {len(ids):,} events have not come within {seconds:.0f} s, "
                          f"one is {min(missing)}") from None

    def status(self):
        """What the gateway says of itself."""
        connection = UnixConnection(self.runtime / "api.sock")
        connection.request("GET", "/v1/status")
        return json.loads(connection.getresponse().read())

    def judge(self):
        """Fails with the list of violations if there is one."""
        judgement = judge.judge(self.told(), self.received())
        print(judgement.report(), flush=True)
        require(not judgement.violations, "the judge found violations: " + ", ".join(judgement.violations))


def hold_port():
    """A free port that stays ours: bound and not listening, so that a connect is refused while no receiver runs and
    nobody else is given the port. Linux lets the receiver listen beside it, both with SO_REUSEADDR."""
    hold = socket.socket()
    hold.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    hold.bind(("127.0.0.1", 0))
    return hold, hold.getsockname()[1]


def can_connect(path):
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(path))
        except OSError:
            return False
    return True


def can_reach(port):
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def write_file(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def write_config(folder):
    """The smallest depot: one intake, one endpoint that gets everything."""
    write_file(folder / "gateway.yaml", "gateway:\n  id: test-depot-1\n  environment: test\nstorage:\n  size: 64 MiB\n")
    write_file(folder / "site.yaml", "site:\n  id: test-depot\n  name: Test depot\n  timezone: Europe/Berlin\n"
                                     "  currency: EUR\n  country: DE\n  operator: DE*ABC\n")
    write_file(folder / "adapters.d" / "ingest.yaml", "ingest:\n  - name: local\n    listen: unix:ingest.sock\n")
    write_file(folder / "endpoints.d" / "receiver.yaml",
               "endpoints:\n  - name: receiver\n    url: http://127.0.0.1:1/hooks/test\n"
               "    sign: standard-webhooks\n    secret: receiver\n    events: all\n")
    write_file(folder / "secrets" / "receiver", SECRET + "\n")
    (folder / "secrets" / "receiver").chmod(0o640)


def copy_config(example, folder):
    shutil.copytree(example, folder)
    for secret in (folder / "secrets").iterdir():
        secret.chmod(0o640)


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a unix socket."""

    def __init__(self, path, timeout=LONGEST_WAIT):
        super().__init__("localhost", timeout=timeout)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def hand_in(connection, event, content_type="application/cloudevents+json"):
    """Posts one event, or a text as it is, and returns status and answer."""
    body = event if isinstance(event, str) else json.dumps(event)
    connection.request("POST", INTAKE_TARGET, body.encode(), {"content-type": content_type})
    answer = connection.getresponse()
    text = answer.read().decode()
    return answer.status, json.loads(text) if text.startswith("{") else text


def run_test(test):
    """Runs a test as a program: exit code 0, or 1 and the sentence that says why."""
    try:
        test()
    except Failure as failure:
        print(f"FAILED: {failure}", file=sys.stderr)
        sys.exit(1)
