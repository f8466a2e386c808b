#!/usr/bin/python3
"""Charger and CSMS of npm ocpp-rpc, in strict mode on both sides of the proxy: each hears the other as if alone, and
what happened between them arrives as verified webhooks."""
import argparse
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
from harness import Depot, hold_port, require, run_test, wait_until, write_file  # noqa: E402
from node_modules import TREE, installed  # noqa: E402

FOLDER = HERE / "ocpp_rpc"
SESSIONS = 5


def json_lines(path):
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text().splitlines() if line.startswith("{")]


class Yard:
    """A depot with a proxy, and the CSMS behind it."""

    def __init__(self, depot, node_folder):
        self.depot, self.node_folder = depot, node_folder
        self.csms_hold, self.csms_port = hold_port()
        self.proxy_hold, self.proxy_port = hold_port()
        write_file(depot.config / "site.yaml",
                   (depot.config / "site.yaml").read_text() +
                   "chargers:\n  - id: CP-07\n    name: Bay 7\n    max_power: 22 kW\n    evses:\n"
                   "      - evse: 1\n        evse_id: DE*ABC*E0007*1\n        plug: type2-socket\n")
        write_file(depot.config / "adapters.d" / "ocpp.yaml",
                   f"ocpp:\n  listeners:\n    - name: chargers\n      listen: 127.0.0.1:{self.proxy_port}\n"
                   f"      security: basic\n  upstreams:\n    - name: fleet-csms\n"
                   f"      url: ws://127.0.0.1:{self.csms_port}/ocpp\n  unknown_chargers: relay\n"
                   "  persons_secret: persons\n")
        write_file(depot.config / "secrets" / "persons", "a secret of one operator\n")
        self.csms_log = depot.folder / "csms.log"
        depot.start("csms", ["node", node_folder / "csms.mjs", self.csms_port], self.csms_log)
        wait_until(lambda: self.csms("listening"), "the CSMS listens")
        depot.start_receiver()
        depot.start_gateway()
        depot.wait_for_intake()

    def csms(self, what):
        return [line for line in json_lines(self.csms_log) if line["what"] == what]

    def run_charger(self, identity, sessions=1):
        """@return exit code and what the charger said"""
        log = self.depot.folder / f"charger-{identity}.log"
        log.unlink(missing_ok=True)
        charger = self.depot.start("charger", ["node", self.node_folder / "charger.mjs",
                                               f"ws://127.0.0.1:{self.proxy_port}/depot", identity, sessions], log)
        return charger.child.wait(60), json_lines(log)

    def events(self, kind):
        return [line for line in self.depot.received() if line["type"] == "io.chargehook." + kind]


def a_day_of_a_strict_charger_is_relayed_and_told(depot, yard):
    code, said = yard.run_charger("CP-07", SESSIONS)
    require(code == 0 and said[-1]["what"] == "done", f"the charger said {said}")
    started = [line["value"]["transactionId"] for line in said if line["what"] == "start"]
    require(started == [4001 + n for n in range(SESSIONS)], f"the charger was given {started}")
    handshake = yard.csms("handshake")[-1]
    require(handshake["identity"] == "CP-07" and handshake["password"] == "secret of CP-07", f"the CSMS saw {handshake}")
    require(handshake["endpoint"] == "/ocpp/depot", f"the CSMS was dialled at {handshake}")

    wait_until(lambda: yard.events("charger.disconnected") and len(yard.events("session.ended")) == SESSIONS
               and yard.events("fault.cleared"), "the day arrives")
    for kind, count in {"charger.connected": 1, "charger.booted": 1, "session.started": SESSIONS,
                        "session.ended": SESSIONS, "fault.raised": 1, "fault.cleared": 1}.items():
        require(len(yard.events(kind)) == count, f"{kind} came {len(yard.events(kind))} times")
    require(all(line["verdict"] == "good" for line in depot.received()), "the receiver found something wrong")


def a_session_says_what_billing_needs(depot, yard):
    ended = yard.events("session.ended")[0]["data"]
    require(ended["energy_wh"] == 18420 and ended["final"] is True, f"the session ended with {ended}")
    require(ended["charger"]["name"] == "Bay 7" and ended["charger"]["vendor"] == "Alfen", f"charger {ended['charger']}")
    require(ended["connector"]["evse_id"] == "DE*ABC*E0007*1", f"connector {ended['connector']}")
    require(ended["transaction"] == {"id": "4001", "csms": "fleet-csms"}, f"transaction {ended['transaction']}")
    require(ended["card"]["id"].startswith("psn_"), f"card {ended['card']}")
    require("04A2B3C4D5" not in json.dumps([line["data"] for line in depot.received()]), "a card number went out")
    started = {line["data"]["session"] for line in yard.events("session.started")}
    require(started == {line["data"]["session"] for line in yard.events("session.ended")}, "sessions do not match")


def a_charger_that_the_csms_refuses_is_refused(depot, yard):
    code, said = yard.run_charger("banned")
    require(code == 1 and "403" in said[-1]["value"], f"the charger said {said}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, help="build folder")
    build = parser.parse_args().build
    node_folder = installed(FOLDER, build, FOLDER / "csms.mjs", FOLDER / "charger.mjs") / FOLDER.relative_to(TREE)
    with Depot(build) as depot:
        yard = Yard(depot, node_folder)
        for test in (a_day_of_a_strict_charger_is_relayed_and_told, a_session_says_what_billing_needs,
                     a_charger_that_the_csms_refuses_is_refused):
            print(test.__name__.replace("_", " "), flush=True)
            test(depot, yard)


if __name__ == "__main__":
    run_test(main)
