#!/usr/bin/python3
"""Edited files change nothing by themselves; `chargehook apply`, or SIGHUP, takes them into use as a whole or not at
all, says what changed in words, and tells the cloud."""
import argparse
import json
import signal

from harness import Depot, require, run_test, wait_until, write_file

SITE = "site:\n  id: test-depot\n  name: Test depot\n  timezone: Europe/Berlin\n  currency: EUR\n  country: DE\n"


def edit(depot, text):
    write_file(depot.config / "site.yaml", text)


def start(depot):
    depot.start_receiver()
    depot.start_gateway()
    depot.wait_for_intake()


def status(depot):
    code, out, err = depot.command("status", "--json", "--runtime", depot.runtime)
    require(code in (0, 1), f"status ended with {code}: {err}")
    return json.loads(out)


def apply(depot, *options):
    return depot.command("apply", "--runtime", depot.runtime, *options)


def wait_for_event(depot, kind, count=1):
    """The data of the newest of `count` events of this type, once so many have arrived."""
    def arrived():
        found = [line for line in depot.received() if line["type"] == "io.chargehook.gateway." + kind]
        return found if len(found) >= count else None
    return wait_until(arrived, f"gateway.{kind} arrives {count} times")[-1]["data"]


def nothing_changes_until_it_is_applied(build):
    with Depot(build) as depot:
        start(depot)
        before = status(depot)["config_hash"]
        edit(depot, SITE.replace("Test depot", "Depot of tests"))
        require(status(depot)["config_hash"] == before, "an edited file was taken into use by itself")

        code, out, err = apply(depot)
        require((code, err) == (0, ""), f"apply ended with {code}: {out}{err}")
        require("site.name Test depot → Depot of tests\n" in out, f"apply said: {out}")
        require("site.operator DE*ABC → none\n" in out, f"apply said: {out}")
        told = wait_for_event(depot, "config_applied")
        require(told["changes"] == out.splitlines(), f"apply said {out.splitlines()}, the cloud was told {told}")
        require(told["site"]["name"] == "Depot of tests", f"the event carries {told['site']}")
        require(told["applied_by"] not in ("", "somebody", "start"), f"applied by {told['applied_by']}")
        after = status(depot)["config_hash"]
        require(after != before and after == told["config_hash"], f"hash {before}, then {after}, told {told}")

        code, out, err = apply(depot, "--json")
        require(json.loads(out) == {"accepted": True, "lines": ["nothing changed"]}, f"apply --json said: {out}")
        require(depot.gateway.stop() == 0, "the gateway did not end well")
        require(depot.receiver.stop() == 0, "the receiver found something wrong")


def what_needs_a_restart_is_said_and_left_alone(build):
    with Depot(build) as depot:
        start(depot)
        write_file(depot.config / "adapters.d" / "ingest.yaml", "ingest:\n  - name: local\n    listen: unix:other.sock\n")
        code, out, err = apply(depot)
        require(code == 0, f"apply ended with {code}: {out}{err}")
        require(out == "ingest local: listen unix:ingest.sock → unix:other.sock (takes effect after a restart)\n",
                f"apply said: {out}")
        require(depot.intake.exists() and not (depot.runtime / "other.sock").exists(), "the socket has moved")
        require(depot.gateway.stop() == 0, "the gateway did not end well")


def a_file_that_is_wrong_is_refused_and_the_running_configuration_stays(build):
    with Depot(build) as depot:
        start(depot)
        before = status(depot)["config_hash"]
        edit(depot, SITE.replace("currency", "currencey").replace("DE\n", "Germany\n"))
        code, out, err = apply(depot)
        require(code == 2, f"apply ended with {code}: {out}{err}")
        lines = out.splitlines()
        require(lines[0] == "refused, the running configuration stays:", f"apply said: {out}")
        for place in ("site.yaml:5:3: ", "site.yaml:6:12: "):
            require(any(line.startswith(place) for line in lines), f"no line begins with {place}: {out}")
        told = wait_for_event(depot, "config_rejected")
        require(told["errors"] == lines[1:], f"apply said {lines[1:]}, the cloud was told {told['errors']}")
        require(told["running_config_hash"] == before == status(depot)["config_hash"], "another configuration runs")

        edit(depot, SITE)
        code, out, err = apply(depot)
        require(code == 0 and out == "site.operator DE*ABC → none\n", f"then apply ended with {code}: {out}{err}")
        require(depot.gateway.stop() == 0, "the gateway did not end well")


def a_hangup_applies_too(build):
    with Depot(build) as depot:
        start(depot)
        edit(depot, SITE.replace("EUR", "SEK"))
        depot.gateway.child.send_signal(signal.SIGHUP)
        told = wait_for_event(depot, "config_applied")
        require(told["applied_by"] == "SIGHUP" and "site.currency EUR → SEK" in told["changes"], f"told: {told}")
        edit(depot, "site: [")
        depot.gateway.child.send_signal(signal.SIGHUP)
        told = wait_for_event(depot, "config_rejected")
        require(told["applied_by"] == "SIGHUP" and told["errors"], f"told: {told}")
        require(status(depot)["config_hash"] == told["running_config_hash"], "another configuration runs")
        require(depot.gateway.stop() == 0, "the gateway did not end well")


def where_no_gateway_runs_apply_says_so(build):
    with Depot(build) as depot:
        code, out, err = apply(depot)
        require(code == 3 and out == "" and "no gateway answers" in err, f"apply ended with {code}: {out}{err}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, help="build folder")
    build = parser.parse_args().build
    for test in (nothing_changes_until_it_is_applied, what_needs_a_restart_is_said_and_left_alone,
                 a_file_that_is_wrong_is_refused_and_the_running_configuration_stays, a_hangup_applies_too,
                 where_no_gateway_runs_apply_says_so):
        print(test.__name__.replace("_", " "), flush=True)
        test(build)


if __name__ == "__main__":
    run_test(main)
