#!/usr/bin/python3
"""What is delivered, verified by the npm library that receivers use: through the receiver of docs/receivers."""
import argparse
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
from harness import Depot, UnixConnection, hand_in, require, run_test, wait_until  # noqa: E402
from node_modules import TREE, installed  # noqa: E402

FOLDER = HERE / "standard_webhooks"
PROGRAMS = [TREE / "docs" / "receivers" / "receiver.mjs", FOLDER / "verify.mjs", FOLDER / "verify_test.mjs"]
OTHER_SECRET = "whsec_bm90IHRoZSBzZWNyZXQgb2YgdGhpcyBlbmRwb2ludCEhIQ=="
EVENTS = 60


def event(number):
    terminal = f"terminal/T-{number % 7}"
    return {"specversion": "1.0", "id": f"PSP-{number}", "source": f"/{terminal}", "type": "payment.completed",
            "subject": terminal, "data": {"amount_minor": number, "currency": "EUR", "note": "Zoë ≤ 5 € \" \\ "}}


def start_verifier(depot, here, secret_file, *count):
    """Starts verify.mjs and points the gateway's endpoint to it. @return the process and its output file"""
    output = depot.folder / "verify.log"
    verifier = depot.start("verifier", ["node", here / "verify.mjs", secret_file, *count], output)
    lines = wait_until(lambda: output.exists() and output.read_text().splitlines(), "the verifier listens")
    depot.port = int(lines[0].removeprefix("listening "))
    depot.put_ports_in()
    depot.start_gateway()
    depot.wait_for_intake()
    return verifier, output


def the_verifier_itself_says_no_to_what_is_wrong(here):
    done = subprocess.run(["node", "--test", here / "verify_test.mjs"], capture_output=True, text=True, timeout=120)
    require(done.returncode == 0, f"{done.stdout}{done.stderr}")


def the_npm_library_verifies_every_delivery_and_the_chain_holds(here, build):
    with Depot(build) as depot:
        verifier, output = start_verifier(depot, here, depot.secret_file(), EVENTS + 1)  # and gateway.started
        connection = UnixConnection(depot.intake)
        for number in range(EVENTS):
            status, answer = hand_in(connection, event(number))
            require(status == 200, f"answered {status}: {answer}")
        require(verifier.child.wait(60) == 0, output.read_text())


def a_receiver_with_another_secret_refuses_them_all(here, build):
    with Depot(build) as depot:
        secret_file = depot.folder / "other-secret"
        secret_file.write_text(OTHER_SECRET)
        verifier, output = start_verifier(depot, here, secret_file)
        status, _ = hand_in(UnixConnection(depot.intake), event(1))
        require(status == 200, f"answered {status}")
        wait_until(lambda: "401" in (depot.status()["endpoints"][0]["last_failure"] or ""), "a delivery is refused")
        require(verifier.stop() == 1 and "verified 0" in output.read_text(), output.read_text())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, help="build folder")
    build = parser.parse_args().build
    here = installed(FOLDER, build, *PROGRAMS) / FOLDER.relative_to(TREE)
    the_verifier_itself_says_no_to_what_is_wrong(here)
    the_npm_library_verifies_every_delivery_and_the_chain_holds(here, build)
    a_receiver_with_another_secret_refuses_them_all(here, build)


if __name__ == "__main__":
    run_test(main)
