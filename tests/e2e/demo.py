#!/usr/bin/env python3
"""A small depot to look at: a gateway on config/examples/demo, a receiver that proves each webhook, and one day.

With --once it plays the day and ends: exit code 0 only if every event arrived, verified, in order and once.
Without, it goes on with a payment every second until Ctrl-C.
"""
import argparse
import pathlib
import sys
import time

import demo_day
from harness import INTAKE_TARGET, Depot, Failure, UnixConnection, hand_in, judge, require

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


def judge_day(depot, teller):
    judgement = judge.judge(teller.lines, list(received_for_judge(depot, teller.lines)))
    ids = [line["id"] for line in depot.received()]
    for line in teller.lines:
        if ids.count(line["id"]) != 1:
            judgement.add("once", f"{line['natural']} was delivered {ids.count(line['id'])} times")
    return judgement


def play_day(depot):
    teller = Teller(depot.intake)
    for event in demo_day.cloud_events():
        teller.hand_in(event)
    depot.wait_until_arrived({line["id"] for line in teller.lines}, 60)
    return teller


def go_on(depot):
    say("\nA payment every second now, until Ctrl-C. Hand in one of your own:\n")
    say(f"  curl --unix-socket {depot.intake} -H 'content-type: application/cloudevents+json' \\\n"
        f"       http://localhost{INTAKE_TARGET} -d '{OWN_EVENT}'\n")
    say(f"Everything lies in {depot.folder} until the end.\n")
    teller = Teller(depot.intake)
    for event in demo_day.payments_without_end():
        time.sleep(1)  # the pace of the show
        require(depot.gateway.is_running() and depot.receiver.is_running(), "the gateway or the receiver has ended")
        teller.hand_in(event)


def run(build, once):
    with Depot(build, EXAMPLE) as depot:
        depot.start_receiver("--print", output=None)
        depot.start_gateway()
        depot.wait_for_intake()
        say(f"gateway {depot.config} → http://127.0.0.1:{depot.port}\n")
        teller = play_day(depot)
        try:
            if not once:
                go_on(depot)
        except KeyboardInterrupt:
            say("\nending")
        require(depot.gateway.stop() == 0, "the gateway did not end well")
        say()
        judgement = judge_day(depot, teller)
        code = depot.receiver.stop()
        say(judgement.report())
        require(code == 0 and not judgement.violations, "not all was right")
        say(f"{len(teller.lines)} events of one day: all arrived, verified, in order, once")


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
