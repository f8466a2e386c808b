#!/usr/bin/env python3
"""What is delivered, verified by the npm library that receivers use: through the receiver of docs/receivers."""
import argparse
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
from harness import SECRET, Depot, UnixConnection, hand_in, require, run_test, wait_until  # noqa: E402
from node_modules import installed  # noqa: E402

RECEIVER = HERE.parents[1] / "docs" / "receivers" / "receiver.mjs"
OTHER_SECRET = "whsec_bm90IHRoZSBzZWNyZXQgb2YgdGhpcyBlbmRwb2ludCEhIQ=="
EVENTS = 60


def event(number):
    terminal = f"terminal/T-{number % 7}"
    return {"specversion": "1.0", "id": f"PSP-{number}", "source": f"/{terminal}", "type": "payment.completed",
            "subject": terminal, "data": {"amount_minor": number, "currency": "EUR", "note": "Zoë ≤ 5 € \" \\ "}}


def counts(depot, node_folder, secret, events):
    """Starts the receiver, lets `events` arrive, and reads what it counted."""
    output = depot.folder / "node.log"
    output.unlink(missing_ok=True)
    node = depot.start("node", ["node", node_folder / RECEIVER.name, secret, depot.port], output)
    wait_until(lambda: output.exists() and "listening" in output.read_text(), "the node receiver listens")
    events()
    code = node.stop()
    return code, json.loads(output.read_text().splitlines()[-1])


def the_npm_library_verifies_every_delivery_and_the_chain_holds(build):
    node_folder = installed(HERE / "standard_webhooks", build, RECEIVER)
    with Depot(build) as depot:
        depot.start_gateway()
        depot.wait_for_intake()

        def sixty_events():
            connection = UnixConnection(depot.intake)
            for number in range(EVENTS):
                status, answer = hand_in(connection, event(number))
                require(status == 200, f"answered {status}: {answer}")
            log = depot.folder / "node.log"
            wait_until(lambda: log.read_text().count("payment.completed") == EVENTS, "all payments arrive")
        code, count = counts(depot, node_folder, SECRET, sixty_events)
        require(code == 0 and count["refused"] == 0 and count["broken"] == 0, f"the receiver counted {count}")
        require(count["verified"] >= EVENTS, f"the receiver counted {count}")


def a_receiver_with_another_secret_refuses_them_all(build):
    node_folder = installed(HERE / "standard_webhooks", build, RECEIVER)
    with Depot(build) as depot:
        depot.start_gateway()
        depot.wait_for_intake()

        def some_attempts():
            status, _ = hand_in(UnixConnection(depot.intake), event(1))
            require(status == 200, f"answered {status}")
            wait_until(lambda: "400" in (depot.status()["endpoints"][0]["last_failure"] or ""), "a delivery is refused")
        code, count = counts(depot, node_folder, OTHER_SECRET, some_attempts)
        require(code == 1 and count["verified"] == 0 and count["refused"] >= 1, f"the receiver counted {count}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, help="build folder")
    build = parser.parse_args().build
    for test in (the_npm_library_verifies_every_delivery_and_the_chain_holds,
                 a_receiver_with_another_secret_refuses_them_all):
        print(test.__name__.replace("_", " "), flush=True)
        test(build)


if __name__ == "__main__":
    run_test(main)
