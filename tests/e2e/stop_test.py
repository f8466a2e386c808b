#!/usr/bin/python3
"""SIGTERM in the middle of work ends in order and loses nothing; the cloud is told of it, and of an end that was not
in order."""
import argparse
import signal

from harness import Depot, require, run_test, wait_until


def gateway_events(depot):
    """Every gateway.started and gateway.stopping that has arrived, in the order of their numbers, each once."""
    kinds = ("io.chargehook.gateway.started", "io.chargehook.gateway.stopping")
    by_id = {line["id"]: line for line in depot.received() if line["type"] in kinds}
    return sorted(by_id.values(), key=lambda line: int(line["sequence"]))


def wait_for_gateway_events(depot, wanted):
    """`wanted` as a list of "stopping", "clean" and "unclean" (a start after such an end)."""
    def short(line):
        return "stopping" if line["type"].endswith("stopping") else "unclean" if line["data"]["unclean"] else "clean"
    wait_until(lambda: len(gateway_events(depot)) >= len(wanted), f"the cloud is told of {wanted}")
    told = [short(line) for line in gateway_events(depot)]
    require(told == wanted, f"the cloud was told {told}, not {wanted}")


def load(depot):
    """Three sources that hand in as fast as they are answered, and take up their work again after an outage."""
    return [depot.start_source(name, "--count", "0", "--run", "up", "--connections", "4", "--rate", "400")
            for name in ("payments", "members", "kiosk")]


def told_ids(depot):
    return {line["id"] for line in depot.told() if line["what"] == "told"}


def a_stop_under_load_is_clean_and_loses_nothing(build):
    with Depot(build) as depot:
        depot.start_receiver()
        depot.start_gateway()
        depot.wait_for_intake()
        sources = load(depot)
        for stops in range(1, 4):
            wait_until(lambda: len(told_ids(depot)) > 200 * stops, "the sources are answered")
            require(depot.gateway.stop() == 0, "the gateway did not end well under load")
            depot.start_gateway()
            depot.wait_for_intake()
        for source in sources:
            require(source.stop() == 0, f"{source.name}: an event was refused\n{source.last_lines()}")
        depot.wait_until_arrived(told_ids(depot), 60)
        wait_for_gateway_events(depot, ["clean", *["stopping", "clean"] * 3])
        depot.judge()
        require(depot.receiver.stop() == 0, "the receiver found something wrong")


def a_stop_while_nothing_can_be_delivered_is_clean_too(build):
    with Depot(build) as depot:
        depot.start_gateway()
        depot.wait_for_intake()
        sources = load(depot)
        wait_until(lambda: len(told_ids(depot)) > 1000, "the sources are answered")
        require(depot.gateway.stop() == 0, "the gateway did not end well")
        depot.start_receiver()
        depot.start_gateway()
        depot.wait_for_intake()
        for source in sources:
            require(source.stop() == 0, f"{source.name}: an event was refused\n{source.last_lines()}")
        depot.wait_until_arrived(told_ids(depot), 60)
        wait_for_gateway_events(depot, ["clean", "stopping", "clean"])
        depot.judge()
        require(depot.gateway.stop() == 0, "the gateway did not end well")


def an_interrupt_stops_as_a_termination_does(build):
    with Depot(build) as depot:
        depot.start_gateway()
        depot.wait_for_intake()
        depot.gateway.child.send_signal(signal.SIGINT)
        require(depot.gateway.end() == 0, "the gateway did not end well")
        require(not (depot.runtime / "api.sock").exists(), "the API's socket is left behind")


def a_kill_is_told_as_an_unclean_end(build):
    with Depot(build) as depot:
        depot.start_receiver()
        depot.start_gateway()
        wait_for_gateway_events(depot, ["clean"])
        depot.gateway.kill()
        depot.start_gateway()
        wait_for_gateway_events(depot, ["clean", "unclean"])
        data = next(line["data"] for line in depot.received() if line["type"].endswith("started") and line["data"]["unclean"])
        require(int(data["last_sequence"]) > 0 and data["last_stored"].endswith("Z"), f"the newest event is not told: {data}")
        require(depot.gateway.stop() == 0, "the gateway did not end well")
        depot.start_gateway()
        wait_for_gateway_events(depot, ["clean", "unclean", "stopping", "clean"])
        require(depot.gateway.stop() == 0, "the gateway did not end well")
        require(depot.receiver.stop() == 0, "the receiver found something wrong")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, help="build folder")
    build = parser.parse_args().build
    for test in (a_stop_under_load_is_clean_and_loses_nothing, a_stop_while_nothing_can_be_delivered_is_clean_too,
                 an_interrupt_stops_as_a_termination_does, a_kill_is_told_as_an_unclean_end):
        print(test.__name__.replace("_", " "), flush=True)
        test(build)


if __name__ == "__main__":
    run_test(main)
