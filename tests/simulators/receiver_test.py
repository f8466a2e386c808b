#!/usr/bin/python3
"""The receiver that other tests rely on: it takes what is right, and says no to each thing that is wrong."""
import argparse
import base64
import hashlib
import hmac
import http.client
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

KEY = b"a key of thirty-two bytes, yes.."
STREAM = "5eed/test/billing/1"


def chain_hash(ids):
    """h(n) in full, for the ids of n = 1 …"""
    full = hashlib.sha256(STREAM.encode()).digest()
    for n, event_id in enumerate(ids, 1):
        full = hashlib.sha256(full + n.to_bytes(8, "big") + event_id.encode()).digest()
    return full


def event(n, /, key="terminal/T-1", **changes):
    ids = [f"evt_{number}" for number in range(1, n + 1)]
    made = {"specversion": "1.0", "id": ids[-1], "source": "/test", "type": "io.chargehook.payment.completed",
            "stream": STREAM, "n": str(n), "hash": chain_hash(ids).hex()[:32],
            "prevhash": chain_hash(ids[:-1]).hex()[:32], "sequence": f"{n:020}", "partitionkey": key,
            "eventclass": "billing", "data": {"amount_minor": 942}}
    return dict(made, **changes)


def sign(event_id, timestamp, body, key=KEY):
    content = f"{event_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


def signed(made, age_s=0, key=KEY):
    """Body and headers as a right sender makes them."""
    body = json.dumps(made).encode()
    timestamp = str(int(time.time()) - age_s)
    return body, {"webhook-id": made["id"], "webhook-timestamp": timestamp,
                  "webhook-signature": sign(made["id"], timestamp, body, key)}


class Receiver:
    def __init__(self, program, folder, *options):
        self.log = folder / "log.jsonl"
        secret = folder / "secret"
        secret.write_text(f"\n whsec_{base64.b64encode(KEY).decode()} \n")
        port_file = folder / "port"
        port_file.unlink(missing_ok=True)
        self.child = subprocess.Popen([program, "--secret-file", secret, "--log", self.log, "--port-file", port_file,
                                       *options], stdout=subprocess.PIPE, text=True)
        deadline = time.monotonic() + 60
        while not port_file.exists():
            assert time.monotonic() < deadline and self.child.poll() is None, "the receiver does not listen"
            time.sleep(0.01)
        self.connection = http.client.HTTPConnection("127.0.0.1", int(port_file.read_text()), timeout=60)

    def post(self, body, headers):
        self.connection.request("POST", "/hooks", body, headers)
        answer = self.connection.getresponse()
        answer.read()
        return answer.status

    def lines(self):
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def end(self, how=signal.SIGTERM):
        self.child.send_signal(how)
        output = self.child.communicate(timeout=60)[0]
        return self.child.returncode, output


def expect(found, wanted, what):
    if found != wanted:
        raise AssertionError(f"{what}: {found!r}, not {wanted!r}")


def check(program, posts, exit_code, *options):
    """Each of `posts` is ((body, headers), verdict, status); all to one receiver that starts with an empty log.

    What is signed at a certain age is a function that gives (body, headers): time goes on until it is posted.
    """
    with tempfile.TemporaryDirectory() as folder:
        receiver = Receiver(program, pathlib.Path(folder), *options)
        try:
            for post, verdict, status in posts:
                body, headers = post() if callable(post) else post
                expect(receiver.post(body, headers), status, f"answer to what is {verdict}")
                last = receiver.lines()[-1]
                expect((last["verdict"], last["answered"]), (verdict, status), "in the log")
            expect(receiver.end()[0], exit_code, f"exit code after {[verdict for _, verdict, _ in posts]}")
        finally:
            receiver.child.kill()
            receiver.child.wait()


def without(headers, name):
    return {key: value for key, value in headers.items() if key != name}


def what_is_right_is_taken(program):
    body, headers = signed(event(3))
    several = dict(headers, **{"webhook-signature": "v1a,AAAA v1," + "A" * 43 + "= " + headers["webhook-signature"]})
    watermark = {"specversion": "1.0", "id": "evt_w", "type": "io.chargehook.delivery.watermark", "data": {}}
    check(program, [(signed(event(1)), "good", 200), (lambda: signed(event(2), age_s=298), "good", 200),
                    ((body, several), "good", 200), (signed(event(3)), "redelivered", 200),
                    (signed(event(5, key="terminal/T-2")), "good", 200), (signed(event(4)), "good", 200),
                    (signed(watermark), "unnumbered", 200)], 0)


def what_is_not_signed_as_it_should_be_is_refused(program):
    body, headers = signed(event(1))
    signature = headers["webhook-signature"]
    cases = [("bad_signature", (body.replace(b"942", b"1"), headers)),
             ("bad_signature", (body + b" ", headers)),
             ("bad_signature", signed(event(1), key=b"another key of thirty-two bytes.")),
             ("bad_signature", (body, dict(headers, **{"webhook-id": "evt_2"}))),
             ("bad_signature", (body, dict(headers, **{"webhook-signature": signature[:-4]}))),
             ("bad_signature", (body, dict(headers, **{"webhook-signature": "v1,"}))),
             ("bad_signature", (body, dict(headers, **{"webhook-signature": signature.replace("v1,", "v2,")}))),
             ("bad_signature", (body, dict(headers, **{"webhook-timestamp": str(int(time.time()) - 60)}))),
             ("bad_timestamp", lambda: signed(event(1), age_s=302)),
             ("bad_timestamp", lambda: signed(event(1), age_s=-310)),
             ("bad_timestamp", (body, dict(headers, **{"webhook-timestamp": "soon"}))),
             ("missing_header", (body, without(headers, "webhook-id"))),
             ("missing_header", (body, without(headers, "webhook-timestamp"))),
             ("missing_header", (body, without(headers, "webhook-signature")))]
    for verdict, post in cases:
        check(program, [(post, verdict, 401)], 1)


def what_is_signed_but_no_event_of_ours_is_refused(program):
    other_id = json.dumps(event(1)).encode()
    timestamp = str(int(time.time()))
    headers = {"webhook-id": "evt_x", "webhook-timestamp": timestamp,
               "webhook-signature": sign("evt_x", timestamp, other_id)}
    for post in (signed(event(1, specversion="0.3")), signed(event(1, n="one")), signed(event(1, n=1)),
                 signed(event(1, stream="")), signed(event(1, type="com.example")), (other_id, headers)):
        check(program, [(post, "bad_event", 400)], 1)


def what_breaks_a_stream_is_taken_and_said(program):
    first = (signed(event(1)), "good", 200)
    check(program, [first, (signed(event(3)), "good", 200)], 1)  # a hole at the end
    check(program, [first, (signed(event(1, id="evt_other")), "number_reused", 200)], 1)
    check(program, [first, (signed(event(2, prevhash="0" * 32)), "broken_link", 200)], 1)
    check(program, [first, (signed(event(2, hash="0" * 32)), "broken_link", 200),
                    (signed(event(3)), "good", 200)], 1)  # one wrong link does not condemn the next
    check(program, [first, (signed(event(3)), "good", 200), (signed(event(2)), "out_of_order", 200)], 1)
    check(program, [(signed(event(257)), "good", 200), (signed(event(258)), "beyond_window", 200)], 1)


def an_answer_of_503_takes_nothing_into_a_stream(program):
    check(program, [(signed(event(1)), "good", 503), (signed(event(1)), "good", 503)], 0, "--answer", "503")


def a_refused_event_is_no_hole_until_it_is_taken(program):
    refused = event(1)["id"]
    steps = [(signed(event(1)), "good", 422), (signed(event(2)), "good", 200), (signed(event(300)), "good", 200)]
    check(program, steps, 1, "--refuse", refused)
    with tempfile.TemporaryDirectory() as folder:
        receiver = Receiver(program, pathlib.Path(folder), "--refuse", refused)
        for n in (1, 2, 3):
            receiver.post(*signed(event(n, key=f"terminal/T-{n}")))
        expect(receiver.end()[0], 1, "exit code with a number missing")
        receiver = Receiver(program, pathlib.Path(folder))
        expect(receiver.post(*signed(event(1))), 200, "answer")
        code, output = receiver.end()
        expect(code, 0, "exit code")
        assert f"stream {STREAM}: n 1 to 3" in output, output


def a_receiver_that_was_killed_goes_on_from_its_log(program):
    with tempfile.TemporaryDirectory() as folder:
        receiver = Receiver(program, pathlib.Path(folder))
        for n in (1, 2, 3):
            expect(receiver.post(*signed(event(n))), 200, "answer")
        receiver.end(signal.SIGKILL)
        expect([line["n"] for line in receiver.lines()], ["1", "2", "3"], "log after a kill")

        receiver = Receiver(program, pathlib.Path(folder))
        for n, verdict in ((3, "redelivered"), (4, "good")):
            receiver.post(*signed(event(n)))
            expect(receiver.lines()[-1]["verdict"], verdict, f"n {n} after the kill")
        code, output = receiver.end()
        expect(code, 0, "exit code")
        assert "received 5 (3 before this run): 4 good, 1 redelivered" in output, output
        assert f"stream {STREAM}: n 1 to 4" in output, output


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--receiver", required=True, help="the program")
    program = parser.parse_args().receiver
    for test in (what_is_right_is_taken, what_is_not_signed_as_it_should_be_is_refused,
                 what_is_signed_but_no_event_of_ours_is_refused, what_breaks_a_stream_is_taken_and_said,
                 an_answer_of_503_takes_nothing_into_a_stream, a_refused_event_is_no_hole_until_it_is_taken,
                 a_receiver_that_was_killed_goes_on_from_its_log):
        test(program)
        print("passed: " + test.__name__.replace("_", " "), flush=True)


if __name__ == "__main__":
    sys.exit(main())
