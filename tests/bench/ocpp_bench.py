#!/usr/bin/python3
"""What the OCPP proxy costs: 50 chargers that talk with their CSMS straight, through nginx as a raw WebSocket proxy,
and through the gateway, which also derives events, commits and delivers them. In turns, in one run: on a shared machine
the ratios count, not the absolute numbers.

  ocpp.calls            calls/s, each charger as fast as its answers come
  ocpp.added            time that a call takes longer than straight to the CSMS, at 500 calls/s in all; of it apart:
  ocpp.transaction      start and stop of a transaction, whose answers the gateway holds until they are on disk
"""
import argparse
import json
import pathlib
import shutil
import statistics
import subprocess
import sys

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TESTS / "e2e"))
from harness import Depot, can_reach, run_test, wait_until, write_file  # noqa: E402
from ocpp_yard import Yard  # noqa: E402

CHARGERS = 50
CALLS_PER_S = 500
AIM = 2  # times what nginx adds
NGINX = """
daemon off; pid {folder}/pid; error_log stderr error; worker_processes 1;
events {{ worker_connections 1024; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi; keepalive_requests 100000000; tcp_nodelay on;
  server {{
    listen 127.0.0.1:{proxy};
    location / {{
      proxy_pass http://127.0.0.1:{csms}; proxy_http_version 1.1; proxy_read_timeout 1h;
      proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;
    }}
  }}
  server {{ listen 127.0.0.1:{webhooks}; location / {{ return 200; }} }}
}}
"""


class Yards:
    """Three ways to one CSMS."""

    def __init__(self, depot):
        self.depot = depot
        write_file(depot.config / "gateway.yaml",
                   "gateway:\n  id: bench-depot-1\n  environment: test\nstorage:\n  size: 512 MiB\n")
        self.yard = Yard(depot)
        self.nginx_port = depot.hold()
        self.ways = {"direct": depot.csms_port, "nginx": self.nginx_port, "gateway": depot.proxy_port}

    def start(self):
        depot = self.depot
        depot.start("csms", [depot.programs.csms, "--listen", f"127.0.0.1:{depot.csms_port}"], depot.folder / "csms.log")
        folder = depot.folder / "nginx"
        write_file(folder / "nginx.conf", NGINX.format(folder=folder, proxy=self.nginx_port, csms=depot.csms_port,
                                                       webhooks=depot.port))
        depot.start("nginx", ["nginx", "-p", folder, "-c", folder / "nginx.conf"], depot.folder / "nginx.log")
        depot.start_gateway()
        depot.wait_for_intake()
        for name, port in self.ways.items():
            wait_until(lambda: can_reach(port), f"{name} listens")

    def drive(self, way, seconds, calls_per_s):
        """One run of all chargers: what ocpp-charger measured."""
        command = [self.depot.programs.charger, "--csms", f"ws://127.0.0.1:{self.ways[way]}/ocpp", "--chargers",
                   str(CHARGERS), "--sessions", "0", "--meter-values", "10", "--seconds", str(seconds),
                   "--calls-per-s", str(calls_per_s), "--json"]
        return json.loads(subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout)


def rounds_of(yards, rounds, seconds, calls_per_s):
    """Who goes first changes from round to round."""
    ways = list(yards.ways)
    measured = []
    for number in range(rounds):
        turn = ways[number % len(ways):] + ways[:number % len(ways)]
        measured.append({way: yards.drive(way, seconds, calls_per_s) for way in turn})
    return measured


def print_figure(name, unit, pairs, aim):
    ours = statistics.median(pair[0] for pair in pairs)
    baseline = statistics.median(pair[1] for pair in pairs)
    ratio = statistics.median(pair[0] / pair[1] if pair[1] > 0 else float("inf") for pair in pairs)
    print(f"{name:34} {ours:10.0f} {unit:12} {baseline:10.0f} {ratio:6.2f}  {aim}", flush=True)


def print_added(name, figure, measured, aim):
    """Beyond the median of the straight way."""
    direct = statistics.median(each["direct"][figure] for each in measured)
    print_figure(name, "us", [(each["gateway"][figure] - direct, each["nginx"][figure] - direct) for each in measured],
                 aim)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True, help="build folder, preset release")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3, help="of each run")
    options = parser.parse_args()
    if not shutil.which("nginx"):
        print("left out: needs nginx (Debian package nginx-light)")
        return
    with Depot(options.build) as depot:
        yards = Yards(depot)
        yards.start()
        print(f"{'# name':34} {'value':>10} {'unit':12} {'baseline':>10} {'ratio':>6}  aim", flush=True)
        measured = rounds_of(yards, options.rounds, options.seconds, CALLS_PER_S)
        print_added("ocpp.added.p50", "relayed_p50_us", measured, f"<={AIM}")
        print_added("ocpp.added.p99", "relayed_p99_us", measured, "-")
        print_added("ocpp.transaction.p50", "transaction_p50_us", measured, "-")
        print_added("ocpp.transaction.p99", "transaction_p99_us", measured, "-")
        measured = rounds_of(yards, options.rounds, options.seconds, 0)
        print_figure("ocpp.calls", "calls/s",
                     [(each["gateway"]["calls_per_s"], each["nginx"]["calls_per_s"]) for each in measured], "-")
        print_figure("ocpp.calls.direct", "calls/s",
                     [(each["direct"]["calls_per_s"], each["nginx"]["calls_per_s"]) for each in measured], "-")


if __name__ == "__main__":
    run_test(main)
