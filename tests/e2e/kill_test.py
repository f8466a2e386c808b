#!/usr/bin/python3
"""Kills the gateway again and again under load, and the receiver now and then; then lets the judge speak.

First the gateway is killed `--kills` times while sources hand in and the receiver takes. Then the receiver is down for
a whole run, the gateway is killed a few times more, the receiver comes back, and everything has to drain.
A kill comes at a random moment: mostly of work, sometimes of the start. The seed of the moments is printed. In between
a second judge looks into the journal itself, with a reader of its own.
"""
import argparse
import concurrent.futures
import os
import random
import time

from harness import Depot, require, run_test, wait_until
from store_watch import StoreWatch

KILLS_WHILE_DOWN = 3
MORE_WHILE_DOWN = 200  # events that the last start has to drain beside what the killed ones left
RECEIVER_KILLED_EVERY = 8
LOOK_EVERY = 3
TIMES_AT_MOST = 33  # of both in a long run: they read all that has come so far


def start_sources(depot, part):
    """A payment terminal and a user management: both classes, many devices, handing in as fast as it goes or steadily."""
    run = ["--count", "0", "--run", part]
    return [depot.start_source("payments", *run, "--types", "payment.completed,payment.failed", "--keys", "6",
                               "--connections", "3", "--rate", "150"),
            depot.start_source("members", *run, "--types", "user.created,user.updated,card.assigned,card.revoked",
                               "--keys", "5", "--connections", "2", "--rate", "100"),
            depot.start_source("kiosk", *run, "--types", "payment.completed,reservation.created,user.updated",
                               "--keys", "3", "--connections", "3", "--rate", "60")]


def stop_sources(sources):
    for source in sources:
        require(source.stop() == 0, f"{source.name}: an event was refused\n{source.last_lines()}")


def run_for_a_moment(dice, depot):
    """Lets the gateway live for a random time, that is the dice and no way to wait for anything."""
    if dice.random() < 0.2:
        time.sleep(dice.uniform(0, 0.05))  # dies at its start
        return
    depot.wait_for_intake()
    time.sleep(dice.uniform(0, 0.5))


def kill(dice, depot):
    run_for_a_moment(dice, depot)
    require(depot.gateway.is_running(), f"the gateway ended by itself with {depot.gateway.child.returncode}")
    depot.gateway.kill()


def kill_under_load(dice, depot, watch, kills):
    look_every = max(LOOK_EVERY, kills // TIMES_AT_MOST)
    kill_receiver_every = max(RECEIVER_KILLED_EVERY, kills // TIMES_AT_MOST)
    for count in range(1, kills + 1):
        kill(dice, depot)
        if count % look_every == 0:
            watch.look()
        depot.start_gateway()
        if count % kill_receiver_every == 0:
            depot.receiver.kill()
            depot.start_receiver()


def let_drain(depot, seconds):
    ids = {line["id"] for line in depot.told() if line["what"] == "told"}
    begun = time.monotonic()
    depot.wait_until_arrived(ids, seconds)
    print(f"  {len(ids):,} events told so far, the last came after {time.monotonic() - begun:.1f} s", flush=True)


def run(build, kills, seed):
    dice = random.Random(seed)
    with Depot(build) as depot:
        depot.start_receiver()
        depot.start_gateway()
        depot.wait_for_intake()

        print(f"{kills} kills under load", flush=True)
        sources = start_sources(depot, "up")
        watch = StoreWatch(depot)
        kill_under_load(dice, depot, watch, kills)
        depot.wait_for_intake()
        stop_sources(sources)
        let_drain(depot, 120)

        print(f"receiver down, {KILLS_WHILE_DOWN} kills", flush=True)
        require(depot.receiver.stop() == 0, f"the receiver found something wrong\n{depot.receiver.last_lines()}")
        sources = start_sources(depot, "down")
        for _ in range(KILLS_WHILE_DOWN):
            kill(dice, depot)
            watch.look()
            depot.start_gateway()
        depot.wait_for_intake()
        taken = len(depot.told())
        wait_until(lambda: len(depot.told()) >= taken + MORE_WHILE_DOWN, "the gateway takes events while nobody receives")
        stop_sources(sources)
        depot.start_receiver()
        let_drain(depot, 120)

        require(depot.gateway.stop() == 0, "the gateway did not end well")
        watch.look()
        watch.report()
        depot.judge()
        require(depot.receiver.stop() == 0, f"the receiver found something wrong\n{depot.receiver.last_lines()}")
        require(len(depot.told()) > 10 * kills, "hardly anything was taken between the kills")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True, help="build folder")
    parser.add_argument("--kills", type=int, default=int(os.environ.get("CHARGEHOOK_KILLS", "15")),
                        help="default: $CHARGEHOOK_KILLS, or 15")
    parser.add_argument("--depots", type=int, default=1, help="how many depots share the kills")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="how many of them run at once")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    kills = options.kills // options.depots
    begun = time.monotonic()
    with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
        depots = [pool.submit(run, options.build, kills, options.seed + i) for i in range(options.depots)]
        for done, depot in enumerate(concurrent.futures.as_completed(depots), 1):
            depot.result()
            print(f"{done:,} of {options.depots:,} depots, {time.monotonic() - begun:.0f} s", flush=True)


if __name__ == "__main__":
    run_test(main)
