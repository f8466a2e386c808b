#!/usr/bin/python3
"""Starts nginx as a receiver that answers 200 to everything, and runs bench_webhooks against it."""
import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
from harness import Process, can_reach, hold_port, run_test, wait_until  # noqa: E402  (found through the line above)

NGINX = """
daemon off; pid {folder}/pid; error_log stderr error; worker_processes 1;
events {{ worker_connections 64; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi; keepalive_requests 100000000; tcp_nodelay on;
  server {{ listen 127.0.0.1:{port}; location / {{ return 200; }} }}
}}
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, help="build folder, preset release")
    parser.add_argument("--rounds", default="7")
    options = parser.parse_args()
    if not shutil.which("nginx"):
        print("left out: needs nginx (Debian package nginx-light)")
        return
    hold, port = hold_port()
    with hold, tempfile.TemporaryDirectory(prefix="chargehook-bench-") as folder:
        configuration = pathlib.Path(folder) / "nginx.conf"
        configuration.write_text(NGINX.format(folder=folder, port=port), encoding="ascii")
        receiver = Process("nginx", ["nginx", "-p", folder, "-c", configuration])
        try:
            wait_until(lambda: can_reach(port), "nginx listens")
            program = pathlib.Path(options.build) / "tests" / "bench" / "bench_webhooks"
            subprocess.run([program, str(port), options.rounds], check=True)
        finally:
            receiver.stop()


if __name__ == "__main__":
    run_test(main)
