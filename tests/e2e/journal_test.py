#!/usr/bin/python3
"""`chargehook journal verify` and `stats` on a store that runs and on one that is stopped, sound and damaged; and what a
start makes of a damaged one. Many damages drawn at random: tests/rigs/damage."""
import argparse
import json
import signal
import struct
import sys

import lmdb

from harness import TESTS, Depot, require, run_test, wait_until
from store import sealed

EVENTS = 300


def fill(depot):
    depot.start_receiver()
    depot.start_gateway()
    depot.wait_for_intake()
    source = depot.start_source("a", "--count", str(EVENTS), "--keys", "5", "--connections", "4", "--run", "a", "--types",
                                "payment.completed,user.created")
    require(source.end() == 0, "an event was refused")


def look(depot, what, *options):
    return depot.command("journal", what, "--state", depot.state, "--runtime", depot.runtime, *options)


def require_sound(depot):
    code, out, err = look(depot, "verify")
    require(code == 0 and "all is well" in out, f"verify ended with {code}: {out}{err}")
    code, out, err = look(depot, "stats", "--json")
    stats = json.loads(out)
    records = sum(each["records"] for each in stats["classes"].values())
    require(code == 0 and records >= EVENTS, f"stats ended with {code} and counts {records}: {err}")
    require({stream["endpoint"] for stream in stats["streams"]} == {"receiver"}, f"the streams are {stats['streams']}")


def a_store_is_looked_at_whether_it_runs_or_not(build):
    with Depot(build) as depot:
        fill(depot)
        require_sound(depot)
        code, out, err = look(depot, "verify", "--json")
        require(code == 0 and json.loads(out)["walks"] == 2, f"verify ended with {code}: {out}{err}")
        require(depot.gateway.stop() == 0, "the gateway did not end well")
        require_sound(depot)


def a_store_that_is_not_there_and_a_gateway_that_does_not_answer_are_named(build):
    with Depot(build) as depot:
        code, _, err = look(depot, "verify")
        require(code == 3 and "there is no store in" in err and "--state" in err, f"verify ended with {code}: {err}")
        fill(depot)
        code, _, err = depot.command("journal", "stats", "--state", depot.state, "--runtime", depot.folder / "nowhere")
        require(code == 3 and "does not answer" in err and "--runtime" in err, f"stats ended with {code}: {err}")


def a_newer_format_is_refused_with_both_numbers(build):
    with Depot(build) as depot:
        fill(depot)
        require(depot.gateway.stop() == 0, "the gateway did not end well")
        folder = depot.state / "journal"
        with lmdb.open(str(folder), max_dbs=32, map_size=1 << 26) as environment:
            with environment.begin(write=True) as transaction:
                meta = environment.open_db(b"meta", transaction, create=False)
                transaction.put(b"format", sealed("meta", b"format", struct.pack("<Q", 2)), db=meta)
        before = (folder / "data.mdb").read_bytes()
        for command in ("verify", "stats"):
            code, _, err = look(depot, command)
            require(code == 3 and "format 2" in err and "up to 1" in err, f"{command} ended with {code}: {err}")
        code, _, err = depot.command("run", "--config", depot.config, "--state", depot.state, "--runtime", depot.runtime)
        require(code == 3 and "format 2" in err, f"the start ended with {code}: {err}")
        require((folder / "data.mdb").read_bytes() == before, "the file was written to")


def a_damaged_store_is_named_and_another_goes_on(build):
    with Depot(build) as depot:
        fill(depot)
        depot.wait_until_arrived({line["id"] for line in depot.told()}, 30)
        require(depot.gateway.stop() == 0, "the gateway did not end well")
        file = depot.state / "journal" / "data.mdb"
        content = bytearray(file.read_bytes())
        at = content.find(b"config/endpoints/receiver")
        while at >= 0:
            content[at + 3] ^= 1
            at = content.find(b"config/endpoints/receiver")
        file.write_bytes(content)
        code, out, _ = look(depot, "verify")
        require(code == 1 and "kv " in out, f"verify ended with {code}: {out}")
        depot.start_gateway()
        depot.wait_for_intake()
        notes = depot.status()["journal"]["notes"]
        require(len(notes) == 1 and "data.mdb.damaged-" in notes[0] and "nothing that can be counted is lost" in notes[0],
                f"the status says {notes}")
        wait_until(lambda: any(isinstance(line.get("data"), dict) and line["data"].get("store_change") == "damage"
                               for line in depot.received()), "the receiver is told why the store is another")
        require(depot.gateway.stop() == 0, "the gateway did not end well")
        code, out, _ = look(depot, "verify")
        require(code == 0, f"verify ended with {code}: {out}")


def a_run_that_a_signal_ended_has_all_of_the_store_looked_at(build):
    with Depot(build) as depot:
        fill(depot)
        depot.gateway.child.send_signal(signal.SIGBUS)
        require(depot.gateway.child.wait() == -signal.SIGBUS, "the signal did not end the gateway")
        require((depot.state / "journal" / "look-at-all").exists(), "no mark was left")
        depot.start_gateway()
        depot.wait_for_intake()
        require("looking at all of the journal" in depot.gateway.last_lines(), depot.gateway.last_lines())
        require(not (depot.state / "journal" / "look-at-all").exists(), "the mark is still there")


def a_program_that_reads_the_file_itself_is_named_until_it_ends(build):
    with Depot(build) as depot:
        fill(depot)
        source = depot.start_source("b", "--count", "0", "--keys", "5", "--connections", "5", "--run", "b", "--types",
                                    "payment.completed")
        reader = depot.start("reader", [sys.executable, TESTS / "e2e" / "outside_reader.py", depot.state / "journal"],
                             depot.folder / "reader.log")
        wait_until(lambda: (depot.status()["journal"]["outside_reader"] or {}).get("pages_held", 0) > 300,
                   "the status counts what is held")
        named = depot.status()["journal"]["outside_reader"]
        require(named["pid"] == reader.child.pid and named["commits_behind"] > 10, f"the status says {named}")
        code, out, _ = depot.command("status", "--runtime", depot.runtime)
        require(code == 1 and f"Process {reader.child.pid} reads its file itself" in out, out)
        reader.kill()
        wait_until(lambda: depot.status()["journal"]["outside_reader"] is None, "the status forgets who has ended")
        require(source.stop() == 0, "an event was refused")
        log = depot.gateway.last_lines(100)
        require(f"process {reader.child.pid} reads" in log and "can be used again" in log, log)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True)
    build = parser.parse_args().build
    for test in (a_store_is_looked_at_whether_it_runs_or_not,
                 a_store_that_is_not_there_and_a_gateway_that_does_not_answer_are_named,
                 a_newer_format_is_refused_with_both_numbers, a_damaged_store_is_named_and_another_goes_on,
                 a_run_that_a_signal_ended_has_all_of_the_store_looked_at,
                 a_program_that_reads_the_file_itself_is_named_until_it_ends):
        print(test.__name__.replace("_", " "), flush=True)
        run_test(lambda: test(build))


if __name__ == "__main__":
    main()
