"""Chargers and their CSMS on both sides of a depot's gateway, and what each of them saw."""
from harness import Failure, judge, require, wait_until, write_file

OCPP = """ocpp:
  listeners:
    - name: chargers
      listen: 127.0.0.1:1
      security: none
  upstreams:
    - name: fleet-csms
      url: ws://127.0.0.1:2/ocpp
  unknown_chargers: relay
  persons_secret: persons
"""


def add_ocpp(config):
    """The smallest proxy, for a depot that has none."""
    write_file(config / "adapters.d" / "ocpp.yaml", OCPP)
    write_file(config / "secrets" / "persons", "only of these tests, all may know it\n")
    (config / "secrets" / "persons").chmod(0o640)


class Yard:
    """The chargers of a depot and the CSMS behind it, over ports that nobody else is given."""

    def __init__(self, depot):
        self.depot = depot
        self.csms_log = depot.folder / "csms.jsonl"
        self.csms = None
        if not (depot.config / "adapters.d" / "ocpp.yaml").exists():
            add_ocpp(depot.config)
            depot.put_ports_in()

    def start_csms(self, *options):
        port_file = self.depot.folder / "csms.port"
        port_file.unlink(missing_ok=True)
        command = [self.depot.programs.csms, "--listen", f"127.0.0.1:{self.depot.csms_port}", "--log", self.csms_log,
                   "--port-file", port_file, *options]
        self.csms = self.depot.start("csms", command, self.depot.folder / "csms.log")

        def listens():
            require(self.csms.is_running(), f"the CSMS ended with {self.csms.child.returncode}")
            return port_file.exists()
        wait_until(listens, "the CSMS listens")
        return self.csms

    def start_charger(self, identity, *options):
        command = [self.depot.programs.charger, "--csms", f"ws://127.0.0.1:{self.depot.proxy_port}/depot", "--id", identity,
                   "--back-off-ms", "20", "--back-off-longest-ms", "300", "--log", self.charger_log(identity), *options]
        return self.depot.start(identity, command, self.depot.folder / f"{identity}.log")

    def start_script(self, identity, steps, *options):
        """A charger that plays `steps` and ends once all is answered."""
        script = self.depot.folder / f"{identity}.script"
        write_file(script, "\n".join(steps) + "\n")
        return self.start_charger(identity, "--script", script, *options)

    def charger_log(self, identity):
        return self.depot.folder / f"charger-{identity}.jsonl"

    def charger(self, identity, what=None):
        """What a charger wrote down."""
        path = self.charger_log(identity)
        lines = judge.read_lines(path) if path.exists() else []
        return [line for line in lines if what in (None, line["what"])]

    def csms_saw(self, identity, what):
        lines = judge.read_lines(self.csms_log) if self.csms_log.exists() else []
        return [line for line in lines if line["charger"] == identity and line["what"] == what]

    def told(self, identities):
        """Starts and stops of transactions that were answered: (kind, charger, transaction) to the charger's line."""
        return {(line["kind"], identity, str(line["transaction"])): line
                for identity in identities for line in self.charger(identity, "told")}

    def sessions(self):
        """The session events of chargers that the receiver took, by (kind, charger, transaction)."""
        events = {}
        for line in self.depot.received():
            data = line["data"]
            if line["type"].startswith("io.chargehook.session.") and "transaction" in data and judge.is_taken(line):
                key = (line["type"][len("io.chargehook."):], data["charger"]["id"], data["transaction"]["id"])
                events.setdefault(key, []).append(line)
        return events

    def wait_until_told_arrived(self, identities, seconds=60):
        """Until each start and stop that a charger got answered is at the receiver; returns what was told."""
        told = self.told(identities)
        try:
            wait_until(lambda: not told.keys() - self.sessions().keys(), "sessions arrive", seconds)
        except Failure:
            missing = sorted(told.keys() - self.sessions().keys())
            raise Failure(f"{len(missing)} of {len(told)} starts and stops have not come, one is {missing[0]}") from None
        return told

    def require_each_once(self, told):
        """Each end that was told has one event and one only, however often its stop was said."""
        sessions = self.sessions()
        for key in told:
            ids = {line["id"] for line in sessions[key]}
            require(len(ids) == 1, f"{key} came under {len(ids)} ids: {sorted(ids)}")
        ends = {}
        for (kind, charger, _), lines in sessions.items():
            if kind == "session.ended":
                for line in lines:
                    ends.setdefault((charger, line["data"]["session"]), set()).add(line["id"])
        double = {session: ids for session, ids in ends.items() if len(ids) > 1}
        require(not double, f"sessions that ended more than once: {double}")

    def require_energy(self, told):
        """Each end that was told has come with the charger's own meter values."""
        sessions = self.sessions()
        for (kind, charger, transaction), line in told.items():
            if kind != "session.ended":
                continue
            data = sessions[kind, charger, transaction][0]["data"]
            require(data["meter_stop_wh"] == line["meter_wh"] and data["final"], f"{transaction} of {charger} ended as {data}")
            require(data["meter_start_wh"] is not None, f"{transaction} of {charger} ended without its start: {data}")


def frames(lines):
    """The WebSocket messages of some log lines, by connection and in order, byte for byte."""
    by_connection = {}
    for line in lines:
        frame = (line["frame"],) if "frame" in line else (line["hex"], line.get("binary", False))
        by_connection.setdefault(line["connection"], []).append(frame)
    return by_connection
