#!/usr/bin/python3
"""A small depot to look at: a gateway on config/examples/demo, two chargers and their CSMS, a meter on Modbus, a real
MQTT broker, local systems, a receiver that proves each webhook, and one day.

With --once it plays the day and ends: exit code 0 only if every event arrived, verified, in order and once.
Without, it goes on with charging sessions and a payment every second until Ctrl-C.
"""
import argparse
import collections
import contextlib
import math
import pathlib
import sys
import time

import demo_day
import field
from harness import INTAKE_TARGET, Depot, Failure, UnixConnection, hand_in, judge, require, wait_until
from ocpp_yard import Yard

EXAMPLE = pathlib.Path(__file__).resolve().parents[2] / "config" / "examples" / "demo"
OWN_EVENT = ('{"specversion":"1.0","id":"mine-1","source":"/me","type":"io.chargehook.payment.completed",'
             '"subject":"terminal/T-9","data":{"amount_minor":942,"currency":"EUR"}}')


def say(text=""):
    print(text, flush=True)


class Teller:
    """Hands events in, one after the other, and keeps what it was told in the form that the judge reads."""

    def __init__(self, intake):
        self.connection = UnixConnection(intake)
        self.lines = []
        self.index = {}

    def hand_in(self, event):
        status, answer = hand_in(self.connection, event)
        require(status == 200, f"{event['type']} was answered {status}: {answer}")
        key = event["subject"]
        self.index[key] = self.index.get(key, 0) + 1
        self.lines.append({"what": "told", "at": event["time"], "natural": event["id"], "key": key,
                           "k_index": self.index[key], "id": answer["id"], "sequence": answer["sequence"]})


def received_for_judge(depot, told):
    """The receiver's lines; the demo's data are as in life, so what the judge looks for in them is put in by id."""
    told_by_id = {line["id"]: line for line in told}
    for line in depot.received():
        known = told_by_id.get(line["id"])
        marks = {name: known[name] for name in ("natural", "key", "k_index")} if known else {}
        yield dict(line, data=dict(marks, run="demo")) if marks else line


class Day:
    """What came of a day so far, in rows: what is told about one thing, in order."""

    def __init__(self, depot, told):
        handed_in = {line["id"] for line in told}
        self.rows = collections.defaultdict(list)
        for line in depot.received():
            # Whether somebody says what time it is before the day begins depends on the machine.
            if line["id"] not in handed_in and not line["type"].endswith(".clock_changed"):
                self.rows[self.row_of(line)].append(line["type"].removeprefix("io.chargehook."))

    @staticmethod
    def row_of(line):
        """("gateway",), ("telemetry",), ("rule", what it is about and its id), or (device, class)."""
        kind = line["type"].removeprefix("io.chargehook.")
        device = line["partitionkey"].removeprefix("charger/")
        if kind.startswith("gateway."):
            return ("gateway",)
        if isinstance(line["data"], dict) and line["data"].get("rule"):
            return ("rule", line["data"]["dedup_key"])
        return ("telemetry",) if kind == "telemetry.readings" else (device, line["eventclass"])

    def wrong(self):
        """The first row that is not as it should be, in words; nothing if all are."""
        for row, kinds in demo_day.EXPECTED.items():
            if self.rows[row] != kinds:
                return f"of {row} came {self.rows[row]}, expected {kinds}"
        surplus = set(self.rows) - set(demo_day.EXPECTED) - {("telemetry",)}
        return f"nobody expected {surplus}" if surplus else None


def judge_day(depot, teller, yard):
    judgement = judge.judge(teller.lines, list(received_for_judge(depot, teller.lines)))
    for event, count in collections.Counter(line["id"] for line in depot.received()).items():
        if count != 1:
            judgement.add("once", f"{event} was delivered {count} times")
    if wrong := Day(depot, teller.lines).wrong():
        judgement.add("day", wrong)
    for key, line in yard.told(demo_day.CHARGER_STEPS).items():
        if key not in yard.sessions():
            judgement.add("lost", f"{key} was answered at {line['at']} and never came")
    return judgement


def wait_for(depot, kind, count=1, about=None):
    """Until `count` events of a type have come, of a rule if one is named."""
    def came():
        lines = [line for line in depot.received() if line["type"] == "io.chargehook." + kind]
        return sum(about is None or line["data"].get("rule") == about for line in lines) >= count
    wait_until(came, f"{count} {kind} {about or ''}")


def load_rises_and_falls(depot, meter):
    """A warm afternoon: the depot takes more than it may, and a charger gets hot."""
    bay = field.Publisher(depot.broker_port, "bay-3")
    wait_for(depot, "telemetry.readings")
    meter.power_w = demo_day.HIGH_POWER_W
    bay.publish("depot/CP-03/telemetry", '{"temp": 81.5}')
    wait_for(depot, "load_management.raised", 1 + len(demo_day.PHASES))
    wait_for(depot, "fault.raised", about="charger-hot")
    meter.power_w = demo_day.USUAL_POWER_W
    bay.publish("depot/CP-03/telemetry", '{"temp": 44.0}')
    wait_for(depot, "load_management.cleared", 1 + len(demo_day.PHASES))
    wait_for(depot, "fault.cleared", about="charger-hot")
    for payload in demo_day.MQTT_PAYMENTS:
        bay.publish("terminal/T-2/payment", payload)


def edit_badly_and_well(depot):
    """What a technician does: a slip, which changes nothing, and then what was meant."""
    rules = depot.config / "rules.d" / "load-management.yaml"
    good = rules.read_text(encoding="utf-8")
    for text, wanted in ((good.replace("site.import_limit", "site.import_limt", 1), 2),
                         (good.replace("severity: high", "severity: critical", 1), 0)):
        rules.write_text(text, encoding="utf-8")
        code, out, err = depot.command("apply", "--runtime", depot.runtime)
        require(code == wanted, f"apply ended with {code}: {out}{err}")
        say(f"$ chargehook apply\n{out}")


def play_day(depot, yard, meter):
    chargers = [yard.start_script(name, steps, "--password", f"secret of {name}")
                for name, steps in demo_day.CHARGER_STEPS.items()]
    teller = Teller(depot.intake)
    for event in demo_day.cloud_events():
        teller.hand_in(event)
    for charger in chargers:
        require(charger.end() == 0, f"charger {charger.name} could not tell all\n{charger.last_lines()}")
    load_rises_and_falls(depot, meter)
    edit_badly_and_well(depot)
    require(depot.gateway.stop() == 0, "the gateway did not end well")
    depot.start_gateway()
    depot.wait_for_intake()

    depot.wait_until_arrived({line["id"] for line in teller.lines}, 60)
    with contextlib.suppress(Failure):  # the judgement says what is wrong
        wait_until(lambda: not Day(depot, teller.lines).wrong(), "the day arrives")
    return teller


def go_on(depot, yard, meter):
    say("\nCharging and a payment every second now, until Ctrl-C. Hand in one of your own:\n")
    say(f"  curl --unix-socket {depot.intake} -H 'content-type: application/cloudevents+json' \\\n"
        f"       http://localhost{INTAKE_TARGET} -d '{OWN_EVENT}'\n")
    say(f"or change a file in {depot.config} and\n\n  {depot.programs.gateway} apply --runtime {depot.runtime}\n")
    say(f"Everything lies in {depot.folder} until the end.\n")
    teller = Teller(depot.intake)
    for name in demo_day.CHARGER_STEPS:
        yard.start_charger(name, "--password", f"secret of {name}", "--sessions", "0", "--calls-per-s", "1")
    for event in demo_day.payments_without_end():
        time.sleep(1)  # the pace of the show
        meter.power_w = demo_day.USUAL_POWER_W * (2.5 + 2 * math.sin(time.monotonic() / 10))
        require(depot.gateway.is_running() and depot.receiver.is_running(), "the gateway or the receiver has ended")
        teller.hand_in(event)


def run(build, once):
    with Depot(build, EXAMPLE) as depot, contextlib.closing(
            field.Meter(depot.meter_port, demo_day.USUAL_POWER_W)) as meter:
        field.start_broker(depot)
        yard = Yard(depot)
        yard.start_csms("--ask")
        depot.start_receiver("--print", output=None)
        depot.start_gateway()
        depot.wait_for_intake()
        say(f"gateway {depot.config}: chargers ws://127.0.0.1:{depot.proxy_port}, broker mqtt://127.0.0.1:"
            f"{depot.broker_port} → http://127.0.0.1:{depot.port}\n")
        teller = play_day(depot, yard, meter)
        judgement = judge_day(depot, teller, yard)
        kinds = collections.Counter(line["type"].removeprefix("io.chargehook.") for line in depot.received())
        try:
            if not once:
                go_on(depot, yard, meter)
        except KeyboardInterrupt:
            say("\nending")
        require(depot.gateway.stop() == 0, "the gateway did not end well")
        code = depot.receiver.stop()
        say("\n" + judgement.report())
        require(code == 0 and not judgement.violations, "not all was right")
        say(f"{sum(kinds.values())} events of {len(kinds)} types: all of the day arrived, verified, in order, once")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True, help="build folder")
    parser.add_argument("--once", action="store_true", help="play the day and end")
    options = parser.parse_args()
    try:
        run(options.build, options.once)
    except Failure as failure:
        print(f"FAILED: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
