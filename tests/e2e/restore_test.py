#!/usr/bin/python3
"""An older copy of the journal that is put back: no number of a stream comes a second time with another event."""
import argparse
import shutil

from harness import Depot, require, run_test, wait_until
import judge


def hand_in(depot, run, count):
    source = depot.start_source("payments", "--count", str(count), "--run", run, "--keys", "3", "--types",
                                "payment.completed,payment.failed")
    require(source.end() == 0, f"an event was refused\n{source.last_lines()}")
    depot.wait_until_arrived({line["id"] for line in depot.told() if line["what"] == "told"}, 60)


def start(depot):
    depot.start_gateway()
    depot.wait_for_intake()


def stop(depot):
    require(depot.gateway.stop() == 0, "the gateway did not end well")


def has_told(depot, change):
    return any(line["type"].endswith("gateway.started") and line["data"].get("store_change") == change
               for line in depot.received() if judge.is_taken(line))


def run(build):
    with Depot(build) as depot:
        journal = depot.state / "journal" / "data.mdb"
        depot.start_receiver()
        start(depot)
        hand_in(depot, "first", 40)
        stop(depot)
        shutil.copy(journal, depot.folder / "copy")
        start(depot)
        require(not has_told(depot, "restore"), "a journal that nobody touched was taken for a restored one")
        hand_in(depot, "second", 40)
        stop(depot)

        shutil.copy(depot.folder / "copy", journal)
        start(depot)
        wait_until(lambda: has_told(depot, "restore"), "the gateway tells that an older journal was put back")
        hand_in(depot, "third", 40)
        stop(depot)
        depot.judge()  # n from 1 without holes in each stream, and no number of one with two events
        require(depot.receiver.stop() == 0, f"the receiver found something wrong\n{depot.receiver.last_lines()}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, help="build folder")
    run(parser.parse_args().build)


if __name__ == "__main__":
    run_test(main)
