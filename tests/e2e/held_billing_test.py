#!/usr/bin/python3
"""Billing that nobody fetched for longer than `billing: hold`: stays while its file cannot be written, lies in the file after
that, is told to its endpoint, and comes back once when the file is imported. The journal is made old by rewriting when its
records were admitted; all else is the program as it runs."""
import argparse
import collections
import shutil
import time

import lmdb

from harness import Depot, require, run_test, wait_until
from store import CLASSES, RECORD_FIXED, read_held, read_store, sealed
from store_judge import judge_store
import judge

EVENTS = 600  # half of them billing
DAYS = 200
RECORDED, RECORDED_QUALITY, SYNCED = 11, 5, 4  # places in RECORD_FIXED, and a quality


def set_hold(depot, hold):
    config = depot.config / "gateway.yaml"
    config.write_text(config.read_text(encoding="utf-8") + f"  billing:\n    hold: {hold}\n", encoding="utf-8")


def make_old(depot):
    """As if all billing had been stored many days ago."""
    with lmdb.open(str(depot.state / "journal"), max_dbs=32, map_size=1 << 26) as environment:
        with environment.begin(write=True) as transaction:
            table = environment.open_db(b"log0", transaction, create=False)
            for key, value in list(transaction.cursor(table)):
                fields = list(RECORD_FIXED.unpack_from(value, 9))
                fields[RECORDED] = int((time.time() - DAYS * 86_400) * 1e9)
                fields[RECORDED_QUALITY] = SYNCED
                body = RECORD_FIXED.pack(*fields) + value[9 + RECORD_FIXED.size:]
                transaction.put(key, sealed("log0", key, body), db=table)


def start(depot):
    depot.start_gateway()
    depot.wait_for_intake()
    code, out, err = depot.command("clock", "accept", "--runtime", depot.runtime)
    require(code == 0, f"clock accept ended with {code}: {out}{err}")


def held(depot):
    return depot.status()["held_billing"]


def files(depot):
    return sorted((depot.state / "held-billing").glob("*.jsonl"))


def told_events(depot, event_class="payment."):
    return [line for line in depot.told() if line["what"] == "told" and line["type"].startswith(event_class)]


def gaps(depot):
    return [line["data"] for line in depot.received() if judge.is_taken(line) and isinstance(line.get("data"), dict)
            and line["data"].get("reason") == "carried_out"]


def stays_while_its_file_cannot_be_written(depot):
    in_the_way = depot.state / "held-billing"
    in_the_way.write_text("no folder\n", encoding="utf-8")
    start(depot)
    problem = wait_until(lambda: held(depot)["problem"], "it is said that the file cannot be written", 60)
    require(str(in_the_way) in problem and "Not a directory" in problem, f"the problem is {problem}")
    code, out, _ = depot.command("status", "--runtime", depot.runtime)
    require("cannot be carried out" in out, f"status ended with {code} and says {out}")
    require(depot.status()["classes"]["billing"]["floor"] == 0, "billing went without a file")
    depot.gateway.kill()
    in_the_way.unlink()


def goes_into_a_file(depot):
    start(depot)
    wait_until(lambda: held(depot)["events"] >= len(told_events(depot)), "billing is carried out", 60)
    status = held(depot)
    require(status["files"] == len(files(depot)) > 0 and status["problem"] is None, f"the status is {status}")
    require(all(path.stat().st_mode & 0o777 == 0o640 for path in files(depot)), "a file has another mode")
    lines = {}
    for path in files(depot):
        lines.update({event_id: sequence for sequence, event_id in read_held(path).items()})
    for line in told_events(depot):
        require(lines.get(line["id"]) == int(line["sequence"]), f"{line['id']} does not lie in a file")


def is_told(depot):
    depot.start_receiver()
    wait_until(lambda: gaps(depot), "the endpoint is told", 120)
    named = {file for gap in gaps(depot) for file in gap["files"]}
    require(named == {str(path.relative_to(depot.state)) for path in files(depot)}, f"the gap names {named}")
    depot.wait_until_arrived({line["id"] for line in told_events(depot, "user.")}, 120)
    judgement = judge.judge(depot.told(), depot.received(), judge.held_ids(files(depot)))
    require(not judgement.violations, f"the judge found violations:\n{judgement.report()}")


def comes_back_once(depot):
    for expected in (len(told_events(depot)), 0):
        taken = 0
        for path in files(depot):
            code, out, err = depot.command("journal", "import", path, "--runtime", depot.runtime, seconds=60)
            require(code == 0, f"import ended with {code}: {out}{err}")
            taken += int(out.replace(",", "").split()[0])
        require(taken == expected, f"{taken} events were taken, not {expected}")
    depot.wait_until_arrived({line["id"] for line in told_events(depot)}, 120)
    came = collections.Counter((line["id"], line["n"]) for line in depot.received() if judge.is_taken(line))
    ids = collections.Counter(event_id for event_id, _ in came)
    twice = [line["id"] for line in told_events(depot) if ids[line["id"]] != 1]
    require(not twice, f"{len(twice)} events came under two numbers, one is {twice[:1]}")


def the_journal_is_sound(depot):
    require(depot.gateway.stop() == 0, "the gateway did not end well")
    copy = depot.folder / "copy"
    copy.mkdir()
    shutil.copy(depot.state / "journal" / "data.mdb", copy)
    judgement = judge_store(read_store(copy), data=depot.state)
    require(not judgement.violations, f"the journal has violations:\n{judgement.report()}")
    code, out, err = depot.command("journal", "verify", "--state", depot.state, "--runtime", depot.runtime)
    require(code == 0, f"verify ended with {code}: {out}{err}")


def billing_that_nobody_fetched(build):
    require(CLASSES[0] == "billing", "log0 is billing")
    with Depot(build) as depot:
        set_hold(depot, "30 d")
        depot.start_gateway()
        depot.wait_for_intake()
        source = depot.start_source("till", "--count", str(EVENTS), "--keys", "5", "--connections", "4", "--run", "till",
                                    "--types", "payment.completed,user.created")
        require(source.end() == 0, "an event was refused")
        require(depot.gateway.stop() == 0, "the gateway did not end well")
        make_old(depot)
        for step in (stays_while_its_file_cannot_be_written, goes_into_a_file, is_told, comes_back_once,
                     the_journal_is_sound):
            print(f"  {step.__name__.replace('_', ' ')}", flush=True)
            step(depot)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True)
    build = parser.parse_args().build
    run_test(lambda: billing_that_nobody_fetched(build))


if __name__ == "__main__":
    main()
