#!/usr/bin/python3
"""A changed adapters.d file ends the old MQTT client before the new one begins, and no durable message is lost over it:
what was not acknowledged comes again and arrives. The status tells of a broker that is not there."""
import argparse
import json

from harness import Depot, require, run_test, wait_until, write_file
from session_broker import SessionBroker

MESSAGES = 300

MQTT = """mqtt:
  - broker: local
    url: mqtt://127.0.0.1:1883
    topics:
      - topic: terminal/<terminal>/payment
        acknowledge: durable
        event: payment.completed
        subject: terminal/<terminal>
        id: /reference
        data:
          amount: /amount cent
"""
ANOTHER_TOPIC = """      - topic: depot/<charger>/telemetry
        readings:
          charger.power: /p kW
"""


def payment(number):
    return "terminal/T-1/payment", json.dumps({"reference": f"R-{number:04}", "amount": number})


def configure(depot, text):
    write_file(depot.config / "adapters.d" / "mqtt.yaml", text)
    depot.put_ports_in()


def apply(depot):
    code, out, err = depot.command("apply", "--runtime", depot.runtime)
    require(code == 0, f"apply ended with {code}: {out}{err}")
    return out


def apply_change(depot, text):
    configure(depot, text)
    return apply(depot)


def amounts(depot):
    """Of the payments that arrived, in the order of their numbers, each once."""
    lines = {line["id"]: line for line in depot.received() if line["type"] == "io.chargehook.payment.completed"}
    return [line["data"]["amount_minor"] for line in sorted(lines.values(), key=lambda line: int(line["sequence"]))]


def broker_status(depot):
    return next(each for each in depot.status()["adapters"] if each["kind"] == "broker")


def a_changed_file_ends_the_old_client_first_and_loses_no_message(build):
    with Depot(build) as depot:
        configure(depot, MQTT)
        depot.start_receiver()
        broker = SessionBroker(depot.broker_port, [payment(number) for number in range(MESSAGES)])
        depot.start_gateway()
        for change in (1, 2, 3):
            wait_until(lambda: len(broker.acknowledged) >= 50 * change, "durable messages are acknowledged")
            out = apply_change(depot, MQTT + ANOTHER_TOPIC if change % 2 else MQTT)
            require("broker local: topics changed\n" in out, f"apply said: {out}")
            wait_until(lambda: broker.told.count("connect") == change + 1, "the new client connects")
        wait_until(lambda: len(broker.acknowledged) == MESSAGES, "every message is acknowledged", 60)
        wait_until(lambda: len(amounts(depot)) >= MESSAGES, "every payment arrives", 60)
        require(sorted(amounts(depot)) == list(range(MESSAGES)), f"{len(amounts(depot))} payments arrived")
        require(broker.told == ["connect", "end"] * 3 + ["connect"], f"the broker saw {broker.told}")
        require(broker.acknowledged_twice == 0, f"{broker.acknowledged_twice} messages were acknowledged twice")
        require(depot.gateway.stop() == 0, "the gateway did not end well")
        wait_until(lambda: broker.told[-1] == "end", "the last client ends")
        broker.close()
        require(depot.receiver.stop() == 0, "the receiver found something wrong")


def a_broker_that_is_not_there_is_a_problem_in_the_status_until_it_comes(build):
    with Depot(build) as depot:
        configure(depot, MQTT)
        depot.start_gateway()
        depot.wait_for_intake()
        problem = wait_until(lambda: broker_status(depot)["problem"], "the status names the broker")
        require(problem.startswith(f"does not run: not connected to 127.0.0.1 port {depot.broker_port}"), problem)
        code, out, _ = depot.command("status", "--runtime", depot.runtime)
        require(code == 1 and "  broker local " in out and "Check that the broker runs" in out, f"status said: {out}")
        broker = SessionBroker(depot.broker_port, [payment(1), ("terminal/T-1/payment", "no json")])
        wait_until(lambda: len(broker.acknowledged) == 2, "both messages are acknowledged", 60)
        status = broker_status(depot)
        require(status["state"] == "connected" and not status["problem"], f"status said: {status}")
        topic = next(each for each in depot.status()["adapters"] if each["kind"] == "topic")
        require(topic["losses"]["refused"] == 1 and topic["counters"]["events"] == 1, f"status said: {topic}")
        code, out, _ = depot.command("status", "--runtime", depot.runtime)
        require("adapters 1 run" in out and "  topic terminal/<terminal>/payment:  refused 1" in out,
                f"status said: {out}")
        require(depot.gateway.stop() == 0, "the gateway did not end well")
        broker.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, help="build folder")
    build = parser.parse_args().build
    for test in (a_changed_file_ends_the_old_client_first_and_loses_no_message,
                 a_broker_that_is_not_there_is_a_problem_in_the_status_until_it_comes):
        print(test.__name__.replace("_", " "), flush=True)
        test(build)


if __name__ == "__main__":
    run_test(main)
