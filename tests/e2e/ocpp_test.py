#!/usr/bin/python3
"""Chargers, gateway and CSMS as real processes: nothing on the way between the two is changed or lost, whatever dies,
and what the chargers got answered arrives as verified webhooks."""
import argparse
import os
import random
import time

from harness import Depot, require, run_test, wait_until
from mutations import mutations
from ocpp_yard import Yard, frames

SESSIONS = 20


def require_all_good(depot):
    depot.judge()
    require(depot.receiver.stop() == 0, f"the receiver found something wrong\n{depot.receiver.last_lines()}")


def open_yard(build):
    depot = Depot(build)
    yard = Yard(depot)
    return depot, yard


def start_all(depot, yard, *csms_options):
    yard.start_csms(*csms_options)
    depot.start_receiver()
    depot.start_gateway()
    depot.wait_for_intake()


def what_one_side_says_the_other_hears_byte_for_byte(build, _):
    depot, yard = open_yard(build)
    with depot:
        start_all(depot, yard, "--ask", "--refuse", "CP-99=403")
        charger = yard.start_charger("CP-07", "--password", "p:ss wörd", "--sessions", SESSIONS)
        require(charger.end() == 0, f"the charger says\n{charger.last_lines()}")
        wait_until(lambda: yard.csms_saw("CP-07", "closed"), "the CSMS sees the end")
        for ours, theirs in (("sent", "received"), ("received", "sent")):
            said, heard = frames(yard.charger("CP-07", ours)), frames(yard.csms_saw("CP-07", theirs))
            require(said == heard, f"what the charger {ours} is not what the CSMS {theirs}")
        handshake = yard.csms_saw("CP-07", "handshake")[0]
        require(handshake["target"] == "/ocpp/depot/CP-07" and handshake["subprotocols"] == "ocpp1.6"
                and handshake["authorization"] == "Basic Q1AtMDc6cDpzcyB3w7ZyZA==", f"the CSMS was asked {handshake}")

        told = yard.wait_until_told_arrived(["CP-07"])
        require(len(told) == 2 * SESSIONS, f"{len(told)} starts and stops were told")
        yard.require_each_once(told)
        yard.require_energy(told)

        refused = yard.start_charger("CP-99")
        wait_until(lambda: yard.charger("CP-99", "refused"), "the CSMS's refusal reaches the charger")
        require(yard.charger("CP-99", "refused")[0]["status"] == 403, "the status is not the CSMS's")
        refused.kill()
        require(depot.gateway.stop() == 0, "the gateway did not end well")
        require_all_good(depot)


def an_answered_stop_survives_kills_of_the_gateway(build, dice):
    depot, yard = open_yard(build)
    kills = int(os.environ.get("CHARGEHOOK_KILLS", "10"))
    names = ["CP-01", "CP-02", "CP-03"]
    with depot:
        start_all(depot, yard)
        chargers = [yard.start_charger(name, "--sessions", "0", "--calls-per-s", "150") for name in names]
        for count in range(5 * kills):  # more than were asked for only where little is told between two
            if count >= kills and all(len(yard.charger(name, "told")) > 10 for name in names):
                break
            depot.wait_for_intake()
            time.sleep(dice.uniform(0, 0.7))  # the moment of the kill is the dice's
            depot.gateway.kill()
            depot.start_gateway()
        for charger in chargers:
            require(charger.stop() == 0, f"{charger.name} could not tell all\n{charger.last_lines()}")
        told = yard.wait_until_told_arrived(names)
        require(depot.gateway.stop() == 0, "the gateway did not end well")
        print(f"  {len(told)} starts and stops told over {kills} kills", flush=True)
        require(len(told) > 10 * len(names), "hardly anything was told between the kills")
        yard.require_each_once(told)
        yard.require_energy(told)
        require_all_good(depot)


def without_its_csms_a_charger_is_let_go_and_comes_back(build, _):
    depot, yard = open_yard(build)
    with depot:
        start_all(depot, yard)
        charger = yard.start_charger("CP-07", "--sessions", "0", "--calls-per-s", "100")
        wait_until(lambda: len(yard.charger("CP-07", "told")) > 4, "sessions are told")
        require(yard.csms.kill() is not None, "the CSMS is gone")
        wait_until(lambda: yard.charger("CP-07", "closed"), "the charger is let go")
        wait_until(lambda: yard.charger("CP-07", "refused"), "the charger is refused while there is no CSMS")
        require(yard.charger("CP-07", "refused")[0]["status"] == 502, f"refused with {yard.charger('CP-07', 'refused')}")
        before = len(yard.charger("CP-07", "told"))
        yard.start_csms("--first-transaction", "100000")
        wait_until(lambda: len(yard.charger("CP-07", "told")) > before + 4, "sessions go on")
        require(charger.stop() == 0, f"the charger could not tell all\n{charger.last_lines()}")
        told = yard.wait_until_told_arrived(["CP-07"])
        yard.require_each_once(told)
        yard.require_energy(told)

        require(depot.gateway.stop() == 0, "the gateway did not end well")
        ends = [line["data"]["reason"] for line in depot.received()
                if line["type"] == "io.chargehook.charger.disconnected"]
        require(ends and ends[0] == "upstream_closed", f"the charger's connections ended by {ends}")
        require_all_good(depot)


def malformed_frames_harm_nobody(build, dice):
    depot, yard = open_yard(build)
    with depot:
        start_all(depot, yard, "--first-transaction", "5000")
        good = yard.start_charger("CP-01", "--sessions", "0", "--calls-per-s", "100")
        gateway = depot.gateway.child.pid
        steps = []
        for text, frame in mutations(dice, 500):
            steps += [f"frame {'text' if text else 'binary'} {frame.hex()}", "heartbeat"]
        bad = yard.start_script("CP-02", steps, "--answer-timeout-ms", "5000")
        require(bad.end(240) == 0, f"the bad charger gave up\n{bad.last_lines()}")
        told_while_it_lasted = len(yard.charger("CP-01", "told"))
        require(depot.gateway.is_running() and depot.gateway.child.pid == gateway, "the gateway is gone")
        require(good.stop() == 0, f"the good charger could not tell all\n{good.last_lines()}")
        require(len(yard.charger("CP-01", "connected")) == 1, "the good charger lost its connection")
        require(told_while_it_lasted > 4, f"the good charger told {told_while_it_lasted} while the other raged")

        require_relayed_or_closed(yard, "CP-02")
        told = yard.wait_until_told_arrived(["CP-01"])
        yard.require_each_once(told)
        require(depot.gateway.stop() == 0, "the gateway did not end well")
        require_all_good(depot)


def require_relayed_or_closed(yard, identity):
    closed = {line["connection"] for line in yard.charger(identity, "closed")}
    heard = frames(yard.csms_saw(identity, "received"))
    relayed = 0
    for connection, said in frames(yard.charger(identity, "sent")).items():
        got = heard.get(connection, [])
        require(got == said[:len(got)], f"connection {connection} of {identity}: the CSMS heard what was not said")
        require(len(got) == len(said) or connection in closed, f"connection {connection}: frames are missing")
        relayed += len(got)
    print(f"  {relayed} frames relayed, {len(closed)} connections closed", flush=True)
    require(relayed > 500, "hardly anything was relayed")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, help="build folder")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    for test in (what_one_side_says_the_other_hears_byte_for_byte, an_answered_stop_survives_kills_of_the_gateway,
                 without_its_csms_a_charger_is_let_go_and_comes_back, malformed_frames_harm_nobody):
        print(test.__name__.replace("_", " "), flush=True)
        test(options.build, random.Random(options.seed))


if __name__ == "__main__":
    run_test(main)
