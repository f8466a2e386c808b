#!/usr/bin/python3
"""`chargehook clock` shows what time it is and who says so; `clock accept` takes a technician's word, over a restart of the
gateway too; `clock set` says what it needs. No clock is set here."""
import argparse
import json
import os
import pathlib

from harness import Depot, require, run_test, write_file


def clock(depot, *words):
    return depot.command("clock", *words, "--runtime", depot.runtime)


def seen(depot):
    code, out, err = clock(depot, "--json")
    answer = json.loads(out)
    require(code == (1 if answer["clock"]["quality"] == "unknown" else 0), f"clock ended with {code}: {err}")
    return answer["clock"]


def trust(depot, words):
    path = pathlib.Path(depot.config) / "gateway.yaml"
    write_file(path, path.read_text(encoding="utf-8") + f"clock:\n  trust: {words}\n")


def a_word_counts_until_the_machine_restarts(build):
    with Depot(build) as depot:
        trust(depot, "manual")  # whatever this machine's own synchronisation says
        depot.start_receiver()
        depot.start_gateway()
        depot.wait_for_intake()
        before = seen(depot)
        require((before["quality"], before["source"], before["learned"]) == ("unknown", None, None), f"{before}")
        code, out, _ = clock(depot)
        require(code == 1 and "chargehook clock accept" in out, f"clock said {code}: {out}")

        code, out, err = clock(depot, "accept")
        require(code == 0 and "is taken as right" in out, f"accept ended with {code}: {out}{err}")
        after = seen(depot)
        require((after["quality"], after["source"]) == ("manual", "manual"), f"{after}")
        require(after["by"] and after["learned"]["source"] == "manual", f"{after}")

        depot.gateway.stop()
        depot.start_gateway()
        depot.wait_for_intake()
        again = seen(depot)
        require(again["quality"] == "manual", f"after a restart: {again}")
        require(again["learned"]["offset_ns"] == after["learned"]["offset_ns"], f"{after} became {again}")


def nobodys_word_counts_where_it_is_not_trusted(build):
    with Depot(build) as depot:
        trust(depot, "ntp")
        depot.start_gateway()
        depot.wait_for_intake()
        code, out, _ = clock(depot, "accept")
        require(code == 2 and "does not name manual" in out, f"accept ended with {code}: {out}")


def setting_says_what_it_needs(build):
    with Depot(build) as depot:
        code, _, err = clock(depot, "set", "yesterday")
        require(code == 2 and "is no time" in err, f"set ended with {code}: {err}")
        code, _, err = clock(depot, "set", "1999-12-31 23:59")
        require(code == 2 and "long past" in err, f"set ended with {code}: {err}")
        code, _, err = clock(depot)
        require(code == 3 and "no gateway answers" in err, f"clock ended with {code}: {err}")
        if os.geteuid() == 0:
            print("  SKIPPED: that setting needs root, because root runs this", flush=True)
        else:
            code, _, err = clock(depot, "set", "2026-11-24 14:02")
            require(code == 2 and "needs root" in err and "sudo" in err, f"set ended with {code}: {err}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, help="build folder")
    build = parser.parse_args().build
    for test in (a_word_counts_until_the_machine_restarts, nobodys_word_counts_where_it_is_not_trusted,
                 setting_says_what_it_needs):
        print(test.__name__.replace("_", " "), flush=True)
        test(build)


if __name__ == "__main__":
    run_test(main)
