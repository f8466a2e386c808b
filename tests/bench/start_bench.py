#!/usr/bin/python3
"""How long a start takes, from exec to READY, with many events in the journal that four endpoints have not had, beside a
start on an empty journal. In ms, in turns, in one run.

  start.cold          after a stop in order; the system has forgotten the journal and the program
  start.warm          the same, right after another run (the start itself has the system forget the journal's file)
  start.after_kill    after kill -9
  start.look          the part of it in which another process of ours looks at the journal
  start.look_at_all   a start that looks at all of the journal, since three runs in a row were killed
"""
import argparse
import subprocess
import time

from figures import print_heading, print_pairs
from queued_depot import QueuedDepot, size_mib_for
from harness import require, run_test

ENDPOINTS = 4
AIM_MS = 2000


def look_ms(depot):
    """The gateway is stopped: what the start would ask its child."""
    begun = time.monotonic()
    done = subprocess.run([depot.programs.gateway, "examine-store", depot.journal], capture_output=True, check=True,
                          encoding="utf-8")
    took = time.monotonic() - begun
    require(not any(line.startswith("F ") for line in done.stdout.splitlines()), f"the look found {done.stdout}")
    return took * 1000


def start_ms(depot):
    return depot.start_until_ready() * 1000


def one_round(depot):
    measured = {}
    depot.forget_files()
    measured["cold"] = start_ms(depot)
    depot.stop_gateway()
    measured["warm"] = start_ms(depot)
    depot.gateway.kill()
    measured["after_kill"] = start_ms(depot)
    depot.stop_gateway()
    depot.forget_files()
    measured["look"] = look_ms(depot)
    return measured


def look_at_all_ms(depot):
    for _ in range(3):
        start_ms(depot)
        depot.gateway.kill()
    took = start_ms(depot)
    require("all of the journal was looked at" in depot.gateway.last_lines(1000), "not all was looked at")
    depot.stop_gateway()
    return took


def require_queued(depot, events):
    """Each endpoint's streams wait for what they were made for."""
    code, out, err = depot.command("journal", "stats", "--state", depot.state, "--json", seconds=60)
    require(code == 0, f"stats ended with {code}: {err}")
    print(f"# {events:,} events, {out.count('behind_at_most')} streams", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True, help="build folder, preset release")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    size = size_mib_for(options.events, 0.65)
    with QueuedDepot(options.build, ENDPOINTS, size) as full, QueuedDepot(options.build, ENDPOINTS, size) as empty:
        full.fill(options.events)
        empty.fill(0)
        require_queued(full, options.events)
        print_heading()
        rounds = [(one_round(full), one_round(empty)) for _ in range(options.rounds)]
        for name in rounds[0][0]:
            aim = "-" if name == "look" else f"<={AIM_MS}"
            print_pairs(f"start.{name}", "ms", [ours[name] for ours, _ in rounds], [least[name] for _, least in rounds], aim)
        print_pairs("start.look_at_all", "ms", [look_at_all_ms(full)], [look_at_all_ms(empty)])


if __name__ == "__main__":
    run_test(main)
