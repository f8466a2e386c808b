#!/usr/bin/python3
"""Starts mosquitto, which queues without limit so that nothing is lost before it reaches a subscriber, and runs
bench_mqtt against it."""
import argparse
import getpass
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
from harness import Process, can_reach, hold_port, run_test, wait_until  # noqa: E402  (found through the line above)

MOSQUITTO = """
listener {port} 127.0.0.1
user {user}
allow_anonymous true
persistence false
max_queued_messages 0
set_tcp_nodelay true
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, help="build folder, preset release")
    parser.add_argument("--rounds", default="7")
    options = parser.parse_args()
    broker = shutil.which("mosquitto", path="/usr/sbin:/usr/bin")
    if not broker:
        print("left out: needs mosquitto (Debian package mosquitto)")
        return
    hold, port = hold_port()
    with hold, tempfile.TemporaryDirectory(prefix="chargehook-bench-") as folder:
        configuration = pathlib.Path(folder) / "mosquitto.conf"
        configuration.write_text(MOSQUITTO.format(port=port, user=getpass.getuser()), encoding="ascii")
        process = Process("mosquitto", [broker, "-c", configuration], pathlib.Path(folder) / "mosquitto.log")
        try:
            wait_until(lambda: can_reach(port), "mosquitto listens")
            program = pathlib.Path(options.build) / "tests" / "bench" / "bench_mqtt"
            subprocess.run([program, str(port), options.rounds], check=True)
        finally:
            process.stop()


if __name__ == "__main__":
    run_test(main)
