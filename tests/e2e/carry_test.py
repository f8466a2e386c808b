#!/usr/bin/python3
"""`chargehook journal export` and `import`: what a depot without a network has stored is carried to another as a file, by
way of kills, repetitions and a line that was damaged on the way; and comes to that one's receiver once."""
import argparse
import contextlib
import json
import os
import shutil
import subprocess

import lmdb

from harness import LONGEST_WAIT, Depot, die_with_parent, require, run_test, wait_until
from store import read_store
from store_judge import judge_store
import judge

EVENTS = 2000
CHUNK = 256


def fill(depot, name, events=EVENTS):
    """Without a receiver: nothing is delivered there."""
    depot.start_gateway()
    depot.wait_for_intake()
    source = depot.start_source(name, "--count", str(events), "--keys", "5", "--connections", "4", "--run", name, "--types",
                                "payment.completed,user.created,reservation.created")
    require(source.end() == 0, "an event was refused")


def export(depot, file, *options):
    return depot.command("journal", "export", "--state", depot.state, "--runtime", depot.runtime, "--output", file,
                         *options)


def start_import(depot, file):
    return subprocess.Popen([str(part) for part in (depot.programs.gateway, "journal", "import", file, "--runtime",
                                                    depot.runtime)],
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
                            preexec_fn=die_with_parent)


def import_counts(depot, file, expected_code=0):
    """(taken, already there) as the command says."""
    code, out, err = depot.command("journal", "import", file, "--runtime", depot.runtime, seconds=120)
    require(code == expected_code, f"import ended with {code}: {out}{err}")
    words = out.replace(",", "").split()
    return int(words[0]), int(words[3]), err


def admitted(depot):
    return sum(each["admitted"] for each in depot.status()["classes"].values())


def lines_of(file):
    return file.read_bytes().splitlines(keepends=True)


def exported(depot, file):
    """From the running gateway, then from its stopped store: the same lines, but for those of the stop itself."""
    code, _, err = export(depot, file)
    require(code == 0 and f"{len(lines_of(file)):,} events exported" in err, f"export ended with {code}: {err}")
    require(depot.gateway.stop() == 0, "the gateway did not end well")
    other = depot.folder / "stopped.jsonl"
    code, _, err = export(depot, other)
    require(code == 0, f"export of the stopped store ended with {code}: {err}")
    running, stopped = lines_of(file), lines_of(other)
    require(len(running) >= EVENTS and stopped[:len(running)] == running, "running and stopped differ")
    return stopped


def goes_on_after_a_cut(depot, file, whole):
    """As if it had been stopped in the middle of a line."""
    file.write_bytes(b"".join(whole[:1000]) + whole[1000][:77])
    code, _, err = export(depot, file)
    require(code == 0 and lines_of(file) == whole, f"the export did not go on: {code}: {err}")
    code, out, _ = depot.command("journal", "export", "--state", depot.state, "--runtime", depot.runtime, "--after",
                                 json.loads(whole[-3])["sequence"])
    require(code == 0 and out.encode() == b"".join(whole[-2:]), "--after gives other lines")


def mangled(whole, file):
    """The file with one letter of one event changed: the last of its device, since it will come later than the others."""
    place = next(number for number, line in reversed(list(enumerate(whole))) if b'"run":"north"' in line)
    file.write_bytes(b"".join(whole[:place] + [whole[place].replace(b'"run":"north"', b'"run":"nirth"')]
                              + whole[place + 1:]))
    return place + 1


def kill_in_the_middle(depot, file):
    """When the second chunk is admitted the first is durable: they come one at a time. The file comes through a pipe,
    and its last lines only after the kill, so that the import cannot have ended before."""
    pipe = depot.folder / "slowly.jsonl"
    os.mkfifo(pipe)
    before = admitted(depot)
    running = start_import(depot, pipe)
    lines = lines_of(file)
    with contextlib.suppress(BrokenPipeError), pipe.open("wb", buffering=0) as slowly:
        slowly.write(b"".join(lines[:-CHUNK]))
        wait_until(lambda: admitted(depot) >= before + 2 * CHUNK, "part of the file is taken")
        depot.gateway.kill()
        slowly.write(b"".join(lines[-CHUNK:]))
    out, err = running.communicate(timeout=LONGEST_WAIT)
    require(running.returncode == 3 and "nothing is taken twice" in err,
            f"the import ended with {running.returncode}: {out}{err}")
    depot.start_gateway()
    depot.wait_for_intake()


def judge_all(south, north):
    """Sources were told the sequences of their own depot; a carried event has another."""
    received = {line["id"]: line["sequence"] for line in south.received() if judge.is_taken(line)}
    told = [dict(line, sequence=received.get(line["id"], line["sequence"])) for line in north.told()
            if line["what"] == "told"]
    judgement = judge.judge(south.told() + told, south.received())
    print(judgement.report(), flush=True)
    require(not judgement.violations, "the judge found violations: " + ", ".join(judgement.violations))


def judge_journal(depot):
    require(depot.gateway.stop() == 0, "the gateway did not end well")
    copy = depot.folder / "copy"
    copy.mkdir()
    shutil.copy(depot.state / "journal" / "data.mdb", copy)
    store = read_store(copy)
    judgement = judge_store(store)
    print(judgement.report(), flush=True)
    require(not judgement.violations, "the journal has violations: " + ", ".join(judgement.violations))
    require(len(store.imported) == 1, f"the table imported has {len(store.imported)} rows")
    code, out, err = depot.command("journal", "verify", "--state", depot.state, "--runtime", depot.runtime)
    require(code == 0, f"verify ended with {code}: {out}{err}")


def what_is_carried_comes_once(build):
    with Depot(build) as north, Depot(build) as south:
        fill(north, "north")
        file = north.folder / "carried.jsonl"
        whole = exported(north, file)
        goes_on_after_a_cut(north, file, whole)

        south.start_receiver()
        fill(south, "south", 300)
        code, _, err = export(south, file)
        require(code == 2 and "of another store" in err and lines_of(file) == whole,
                f"an export into the file of another store ended with {code}: {err}")
        damaged = south.folder / "mangled.jsonl"
        number = mangled(whole, damaged)
        kill_in_the_middle(south, damaged)
        taken, already_there, err = import_counts(south, damaged, expected_code=1)
        require(f"line {number}: it is not as it was written" in err and err.count("\n") == 1, f"import says {err}")
        require(taken + already_there == len(whole) - 1 and already_there >= CHUNK,
                f"{taken} taken and {already_there} already there")
        taken, already_there, _ = import_counts(south, file)
        require((taken, already_there) == (1, len(whole) - 1), f"{taken} taken and {already_there} already there")
        require(import_counts(south, file)[:2] == (0, len(whole)), "something was taken again")

        south.wait_until_arrived({line["id"] for depot in (north, south) for line in depot.told()}, 120)
        judge_all(south, north)
        judge_journal(south)


def a_store_of_an_older_version_is_read_and_gets_the_table(build):
    with Depot(build) as depot:
        fill(depot, "a", 10)
        require(depot.gateway.stop() == 0, "the gateway did not end well")
        with lmdb.open(str(depot.state / "journal"), max_dbs=32, map_size=1 << 26) as environment:
            with environment.begin(write=True) as transaction:
                transaction.drop(environment.open_db(b"imported", transaction, create=False))
        code, out, err = depot.command("journal", "verify", "--state", depot.state, "--runtime", depot.runtime)
        require(code == 0, f"verify ended with {code}: {out}{err}")
        file = depot.folder / "carried.jsonl"
        require(export(depot, file)[0] == 0, "the export failed")
        depot.start_gateway()
        depot.wait_for_intake()
        require(depot.status()["journal"]["notes"] == [], "the start found something")
        require(import_counts(depot, file)[:2] == (0, len(lines_of(file))), "what is its own was taken")


def mistakes_are_named(build):
    with Depot(build) as depot:
        notes = depot.folder / "notes.txt"
        notes.write_text("not an export\n", encoding="utf-8")
        code, _, err = export(depot, notes)
        require(code == 2 and "left as it is" in err, f"export ended with {code}: {err}")
        code, _, err = export(depot, depot.folder / "new.jsonl")
        require(code == 3 and "there is no store in" in err, f"export ended with {code}: {err}")
        code, _, err = depot.command("journal", "import", notes, "--runtime", depot.runtime)
        require(code == 2 and "is no export" in err, f"import ended with {code}: {err}")
        code, _, err = depot.command("journal", "import", depot.folder / "nothing", "--runtime", depot.runtime)
        require(code == 2, f"import ended with {code}: {err}")
        fill(depot, "a", 10)
        file = depot.folder / "carried.jsonl"
        require(export(depot, file)[0] == 0, "the export failed")
        require(import_counts(depot, file)[:2] == (0, len(lines_of(file))), "what is its own was taken")
        depot.gateway.kill()
        code, _, err = depot.command("journal", "import", file, "--runtime", depot.runtime)
        require(code == 3 and "no gateway answers" in err, f"import ended with {code}: {err}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True)
    build = parser.parse_args().build
    for test in (what_is_carried_comes_once, a_store_of_an_older_version_is_read_and_gets_the_table,
                 mistakes_are_named):
        print(test.__name__.replace("_", " "), flush=True)
        run_test(lambda: test(build))


if __name__ == "__main__":
    main()
