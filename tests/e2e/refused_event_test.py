#!/usr/bin/python3
"""An event that its receiver refuses for its content holds up its own device and nobody else: not at the 256th delivery
beyond it, and not over kill -9. When it is taken it comes once, with its number and its place in the chain, and the
later events of its device behind it."""
import argparse

from harness import Depot, UnixConnection, hand_in, require, run_test, wait_until
from store_watch import StoreWatch
import judge

OTHERS = 1000
LATER = 3
BLOCKED = "terminal/blocked"


def payment(number):
    return {"specversion": "1.0", "id": f"B-{number}", "source": "/" + BLOCKED,
            "type": "io.chargehook.payment.completed", "subject": BLOCKED, "time": "2026-11-24T06:12:09.120Z",
            "datacontenttype": "application/json", "data": {"payment": f"pay_{number}", "amount_minor": number}}


def hand_in_blocked(depot, numbers):
    connection = UnixConnection(depot.intake)
    ids = []
    for number in numbers:
        status, answer = hand_in(connection, payment(number))
        require(status == 200, f"payment {number} was answered {status}: {answer}")
        ids.append(answer["id"])
    return ids


def hand_in_others(depot, part, count):
    """Payments of other terminals, all of which arrive."""
    source = depot.start_source("others", "--run", part, "--count", str(count), "--types", "payment.completed",
                                "--keys", "20", "--connections", "3", "--rate", "400")
    require(source.end() == 0, f"a payment was refused\n{source.last_lines()}")
    depot.wait_until_arrived({line["id"] for line in depot.told() if line["what"] == "told"}, 120)


def blocked_lines(depot):
    return [line for line in depot.received() if line.get("partitionkey") == BLOCKED]


def pending(depot):
    return depot.status()["endpoints"][0]["pending"]["billing"]


def run(build):
    with Depot(build) as depot:
        watch = StoreWatch(depot)
        depot.start_gateway()
        depot.wait_for_intake()
        ids = hand_in_blocked(depot, [1])
        depot.start_receiver("--refuse", ids[0])
        wait_until(lambda: blocked_lines(depot), "the receiver refuses the first")
        hand_in_others(depot, "one", OTHERS)
        ids += hand_in_blocked(depot, range(2, 2 + LATER))
        wait_until(lambda: pending(depot) == 1 + LATER, "the device's later events wait behind it")
        hand_in_others(depot, "two", 20)  # the commit of these has cursors and rows of all before
        depot.gateway.kill()
        watch.look()
        rows = watch.earlier.pend
        require(len(rows) == 1 + LATER, f"the table pend has {len(rows)} rows")
        require(rows[0].attempts > 0 and rows[0].status == 422, f"its first row says {rows[0]}")

        print("killed; the receiver still refuses", flush=True)
        refused = len(blocked_lines(depot))
        depot.start_gateway()
        depot.wait_for_intake()
        wait_until(lambda: len(blocked_lines(depot)) > refused, "it is tried again after a kill")
        hand_in_others(depot, "three", 300)
        require({line["id"] for line in blocked_lines(depot)} == {ids[0]}, "later events of its device overtook it")
        require(depot.gateway.stop() == 0, "the gateway did not end well")
        watch.look()
        require(watch.earlier.pend[0].attempts > rows[0].attempts, "attempts were counted from the start again")
        require(depot.receiver.stop() == 1, "a receiver that misses a number calls all right")

        print("the receiver takes it", flush=True)
        depot.start_receiver()
        depot.start_gateway()
        depot.wait_until_arrived(ids, 60)
        taken = [line for line in blocked_lines(depot) if judge.is_taken(line)]
        require([line["id"] for line in taken] == ids, f"came as {[line['id'] for line in taken]}, told {ids}")
        require(pending(depot) == 0, "something still waits")
        require(depot.gateway.stop() == 0, "the gateway did not end well")
        watch.look()
        require(not watch.earlier.pend, f"the table pend has {len(watch.earlier.pend)} rows left")
        watch.report()
        depot.judge()
        require(depot.receiver.stop() == 0, f"the receiver found something wrong\n{depot.receiver.last_lines()}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True, help="build folder")
    run(parser.parse_args().build)


if __name__ == "__main__":
    run_test(main)
