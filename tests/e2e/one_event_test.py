#!/usr/bin/python3
"""One event in, one verified webhook out; and an answer that is worth something: it comes after the commit."""
import argparse

from harness import Depot, UnixConnection, hand_in, require, run_test, wait_until

EVENT = {
    "specversion": "1.0", "id": "R-881", "source": "/terminal/T-1", "type": "io.chargehook.payment.completed",
    "subject": "terminal/T-1", "time": "2026-11-24T06:12:09.120Z", "datacontenttype": "application/json",
    "data": {"payment": "pay_4h2k", "status": "captured", "amount_minor": 942, "currency": "EUR", "note": "Zoë ≤ 5 €"},
}


def an_event_that_was_answered_survives_a_kill_and_arrives_verified(build):
    with Depot(build) as depot:
        depot.start_gateway()
        depot.wait_for_intake()
        status, answer = hand_in(UnixConnection(depot.intake), EVENT)
        depot.gateway.kill()  # nobody listens yet, so the event is in the journal or nowhere
        require(status == 200, f"the event was answered {status}: {answer}")
        require(answer["id"].startswith("evt_") and answer["sequence"].isdigit(), f"the answer was {answer}")

        depot.start_gateway()
        depot.start_receiver()
        depot.wait_until_arrived([answer["id"]], 60)
        line = next(line for line in depot.received() if line["id"] == answer["id"])
        require(line["verdict"] == "good", f"the receiver says {line['verdict']}")
        require(int(line["sequence"]) == int(answer["sequence"]), f"told {answer['sequence']}, delivered {line['sequence']}")
        require(line["partitionkey"] == "terminal/T-1" and line["eventclass"] == "billing", f"delivered as {line}")
        require(line["data"] == EVENT["data"], f"data came as {line['data']}")

        require(depot.gateway.stop() == 0, "the gateway did not end well")
        require(depot.receiver.stop() == 0, "the receiver found something wrong")


def the_same_event_again_has_the_same_id(build):
    with Depot(build) as depot:
        depot.start_receiver()
        depot.start_gateway()
        depot.wait_for_intake()
        connection = UnixConnection(depot.intake)
        ids = {hand_in(connection, EVENT)[1]["id"] for _ in range(3)}
        require(len(ids) == 1, f"one event got several ids: {ids}")
        other = hand_in(connection, dict(EVENT, id="R-882"))[1]["id"]
        require(other not in ids, "two events got one id")
        depot.wait_until_arrived([*ids, other], 60)


def a_repetition_is_answered_with_the_first_and_a_correction_revises_it(build):
    corrected = dict(EVENT, data=dict(EVENT["data"], amount_minor=1))
    with Depot(build) as depot:
        depot.start_receiver()
        depot.start_gateway()
        depot.wait_for_intake()
        first = hand_in(UnixConnection(depot.intake), EVENT)[1]
        depot.gateway.kill()
        depot.start_gateway()
        depot.wait_for_intake()
        connection = UnixConnection(depot.intake)
        require(hand_in(connection, EVENT)[1] == first, "a repetition was answered with another")
        revision = hand_in(connection, corrected)[1]
        require(revision["id"] == first["id"] + "~2", f"a correction was told {revision['id']}")
        require(hand_in(connection, corrected)[1] == revision, "a correction that was repeated was answered with another")
        last = hand_in(connection, dict(EVENT, id="R-883"))[1]["id"]
        depot.wait_until_arrived([first["id"], revision["id"], last], 60)
        lines = [line for line in depot.received() if line["id"].startswith(first["id"])]
        require(len({line["n"] for line in lines}) == 2, f"delivered under {[line['n'] for line in lines]}")
        require(lines[-1]["data"] == dict(corrected["data"], revises=first["id"]), f"came as {lines[-1]['data']}")


def what_is_no_event_is_refused_with_a_reason(build):
    json_event = "application/cloudevents+json"
    cases = [(400, "json", "{", json_event),
             (415, "content_type", EVENT, "text/plain"),
             (400, "cloudevent", {key: value for key, value in EVENT.items() if key != "source"}, json_event),
             (400, "type", dict(EVENT, type="io.chargehook.no.such"), json_event),
             (400, "type", dict(EVENT, type="io.chargehook.gateway.started"), json_event)]
    with Depot(build) as depot:
        depot.start_gateway()
        depot.wait_for_intake()
        for wanted, code, event, content_type in cases:
            status, answer = hand_in(UnixConnection(depot.intake), event, content_type)
            require(status == wanted, f"{code}: answered {status}: {answer}")
            error = answer["error"]
            require(error["code"] == code and error["message"], f"{code}: answered {answer}")


def a_gateway_that_is_stopped_takes_its_socket_away(build):
    with Depot(build) as depot:
        depot.start_gateway()
        depot.wait_for_intake()
        require(depot.gateway.stop() == 0, "the gateway did not end well")
        wait_until(lambda: not depot.intake.exists(), "the socket is gone")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, help="build folder")
    build = parser.parse_args().build
    for test in (an_event_that_was_answered_survives_a_kill_and_arrives_verified, the_same_event_again_has_the_same_id,
                 a_repetition_is_answered_with_the_first_and_a_correction_revises_it,
                 what_is_no_event_is_refused_with_a_reason, a_gateway_that_is_stopped_takes_its_socket_away):
        print(test.__name__.replace("_", " "), flush=True)
        test(build)


if __name__ == "__main__":
    run_test(main)
