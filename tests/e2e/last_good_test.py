#!/usr/bin/python3
"""A bad edit never takes a good gateway down: not while it runs, and not when the power comes back."""
import argparse
import subprocess

from harness import Depot, Failure, require, run_test, wait_until, write_file

BAD = "site:\n  id: test-depot\n  timezone: Europe/Berln\n"


def command(depot, name, *options):
    """Runs a sub-command against the depot's gateway; exit code and output."""
    done = subprocess.run([depot.programs.gateway, name, "--runtime", depot.runtime, *options], capture_output=True,
                          text=True, timeout=60, check=False)
    return done.returncode, done.stdout


def site_file(depot):
    return depot.config / "site.yaml"


def copied_site(depot):
    copy = depot.state / "last-good" / "site.yaml"
    return copy.read_text(encoding="utf-8") if copy.exists() else ""


def start(depot, output="gateway.log"):
    depot.start_gateway(output)
    depot.wait_for_intake()


def wait_for_copy_of(depot, text):
    wait_until(lambda: copied_site(depot) == text, "the files that run are copied")


def a_start_with_bad_files_runs_on_the_last_good_ones_and_says_so(build):
    with Depot(build) as depot:
        depot.start_receiver()
        start(depot)
        good = site_file(depot).read_text(encoding="utf-8")
        wait_for_copy_of(depot, good)
        require(not (depot.state / "last-good" / "secrets").exists(), "secrets were copied")
        depot.gateway.kill()

        write_file(site_file(depot), BAD)
        start(depot, "second.log")
        require(depot.status()["running_on_last_good"] is True, "status does not say on what it runs")
        code, text = command(depot, "status")
        require(code == 1 and "a copy of the last good" in text, f"status ended with {code}:\n{text}")
        require("last good" in (depot.folder / "second.log").read_text(encoding="utf-8"), "the log does not say so")
        rejected = wait_until(lambda: [line for line in depot.received()
                                       if line["type"].endswith("gateway.config_rejected")], "the cloud is told")
        require("E146" in str(rejected[0]["data"]["errors"]), f"told as {rejected[0]['data']}")
        require(copied_site(depot) == good, "the bad files took the place of the good ones")

        write_file(site_file(depot), good.replace("Test depot", "Mended depot"))
        code, text = command(depot, "status")
        require("EDITED, NOT APPLIED  site.yaml" in text, f"the edit is not seen:\n{text}")
        code, text = command(depot, "apply")
        require(code == 0, f"apply ended with {code}: {text}")
        require(depot.status()["running_on_last_good"] is False, "it still says that it runs on the copy")
        wait_for_copy_of(depot, site_file(depot).read_text(encoding="utf-8"))
        code, text = command(depot, "status")
        require(code == 0 and "PROBLEMS" not in text, f"status ended with {code}:\n{text}")
        require(depot.gateway.stop() == 0, "the gateway did not end well")
        require(depot.receiver.stop() == 0, "the receiver found something wrong")


def a_refused_apply_leaves_the_copy_alone(build):
    with Depot(build) as depot:
        start(depot)
        good = site_file(depot).read_text(encoding="utf-8")
        wait_for_copy_of(depot, good)
        write_file(site_file(depot), BAD)
        code, text = command(depot, "apply")
        require(code == 2 and "E146" in text, f"apply ended with {code}: {text}")
        require(copied_site(depot) == good, "the copy changed")
        require(depot.status()["running_on_last_good"] is False, "nothing else runs than before")
        code, text = command(depot, "status")
        require(code == 1 and "EDITED, NOT APPLIED  site.yaml" in text, f"status ended with {code}:\n{text}")
        require(depot.gateway.stop() == 0, "the gateway did not end well")


def without_a_copy_or_when_strict_a_start_with_bad_files_is_refused(build):
    with Depot(build) as depot:
        good = site_file(depot).read_text(encoding="utf-8")
        write_file(site_file(depot), BAD)
        require(exit_code_of_run(depot) == 2, "it started without any good files")

        write_file(site_file(depot), good)
        start(depot)
        wait_for_copy_of(depot, good)
        require(depot.gateway.stop() == 0, "the gateway did not end well")
        write_file(site_file(depot), BAD)
        require(exit_code_of_run(depot, "--strict") == 2, "it started although it was told to be strict")


def exit_code_of_run(depot, *options):
    done = subprocess.run([depot.programs.gateway, "run", "--config", depot.config, "--state", depot.state, "--runtime",
                           depot.runtime, *options], capture_output=True, text=True, timeout=60, check=False)
    if "E146" not in done.stderr:
        raise Failure(f"the error was not named:\n{done.stderr}")
    return done.returncode


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, help="build folder")
    build = parser.parse_args().build
    for test in (a_start_with_bad_files_runs_on_the_last_good_ones_and_says_so, a_refused_apply_leaves_the_copy_alone,
                 without_a_copy_or_when_strict_a_start_with_bad_files_is_refused):
        print(test.__name__.replace("_", " "), flush=True)
        test(build)


if __name__ == "__main__":
    run_test(main)
