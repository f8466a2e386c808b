#!/usr/bin/python3
"""A store of format 1 as it was when the format was frozen: opened, verified, exported, judged, and drained to the last
event. What has to come of it lies beside it."""
import argparse
import json
import shutil

from harness import TESTS, Depot, require, run_test, wait_until
from store import read_store
from store_judge import judge_store
import judge

GOLDEN = TESTS / "golden" / "store-v1"


def judge_journal(depot, when):
    code, out, err = depot.command("journal", "verify", "--state", depot.state, "--runtime", depot.runtime)
    require(code == 0, f"{when} verify ended with {code}: {out}{err}")
    judgement = judge_store(read_store(depot.state / "journal"))
    print(judgement.report(), flush=True)
    require(not judgement.violations, f"{when} the journal has violations: " + ", ".join(judgement.violations))


def exported_ids(depot):
    code, out, err = depot.command("journal", "export", "--state", depot.state, "--runtime", depot.runtime)
    require(code == 0, f"export ended with {code}: {err}")
    return {json.loads(line)["id"] for line in out.splitlines()}


def delivered(depot):
    """What was taken, in the words of expected.json."""
    return {(line["stream"], int(line["n"])): {key: line[key] for key in ("stream", "n", "hash", "id", "type", "sequence")}
            for line in depot.received() if judge.is_taken(line)}


def has_told_start(depot):
    return any(line["type"].endswith("gateway.started") for line in delivered(depot).values())


def store_is_drained(depot, expected):
    """The gateway adds events of its own behind those of the store."""
    wanted = {(each["stream"], int(each["n"])): each for each in expected["deliveries"]}
    depot.start_receiver()
    depot.start_gateway()
    wait_until(lambda: wanted.keys() <= delivered(depot).keys() and has_told_start(depot), "all that waits is delivered")
    came = delivered(depot)
    for place, each in wanted.items():
        require(came[place] == each, f"{came[place]} came, not {each}")
    first_of_ours = min(int(line["sequence"]) for line in came.values() if line["type"].endswith("gateway.started"))
    others = [line for line in came.values() if int(line["sequence"]) < first_of_ours and line not in wanted.values()]
    require(not others, f"{others} came, too")
    status = depot.status()
    require(depot.gateway.stop() == 0, "the gateway did not end well")
    return status


def golden_store_goes_on(build):
    expected = json.loads((GOLDEN / "expected.json").read_text(encoding="utf-8"))
    with Depot(build) as depot:
        depot.set_store_size("16 MiB")
        (depot.state / "journal").mkdir(mode=0o750)
        shutil.copy(GOLDEN / "data.mdb", depot.state / "journal" / "data.mdb")
        judge_journal(depot, "as it was")
        require(exported_ids(depot) == set(expected["ids"]), "other events are in it than were written")
        status = store_is_drained(depot, expected)
        require(not status["journal"]["notes"], f"the start had something to say of it: {status['journal']['notes']}")
        judge_journal(depot, "drained")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True)
    options = parser.parse_args()
    run_test(lambda: golden_store_goes_on(options.build))


if __name__ == "__main__":
    main()
