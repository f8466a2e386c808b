#!/usr/bin/python3
"""What the journal writes to its block device per event, on ext4 (noatime) on a loop device, beside plain LMDB."""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import time

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS / "rigs"), str(TESTS / "e2e")]
from figures import print_alone  # noqa: E402  (found through the line above)
from harness import Depot, require, wait_until  # noqa: E402
from power_disk import run_command, why_no_mounts  # noqa: E402

DISK_BYTES = 512 << 20


def written_bytes(folder):
    """Of the whole device, with what the file system writes for itself."""
    os.sync()
    device = os.stat(folder).st_dev
    fields = pathlib.Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}/stat").read_text(encoding="ascii").split()
    return int(fields[6]) * 512


def measure_quiet(build, folder, seconds):
    """What a gateway writes that has delivered all and is handed nothing, in kB of 10^3 bytes an hour."""
    with Depot(build) as depot:
        depot.state = folder / "state"
        depot.state.mkdir(mode=0o750)
        depot.start_receiver()
        depot.start_gateway()
        depot.wait_for_intake()
        wait_until(lambda: any(line["type"].endswith("gateway.started") for line in depot.received()),
                   "gateway.started arrives")
        time.sleep(5)  # its cursor is stored a second later; from here on the time itself is what is measured
        before = written_bytes(folder)
        time.sleep(seconds)
        written = written_bytes(folder) - before
        require(depot.gateway.stop() == 0, "the gateway did not end well")
        depot.receiver.stop()
    print_alone("flash.quiet", "kB/h", written / 1000 * 3600 / seconds, "<=1000")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, help="build folder, preset release")
    parser.add_argument("--quiet-seconds", type=int, default=60, help="how long the gateway that has nothing to do is watched")
    options = parser.parse_args()
    reason = why_no_mounts()
    if reason:
        print(f"left out: {reason}")
        return
    with tempfile.TemporaryDirectory(prefix="chargehook-bench-") as folder:
        image, mounted = pathlib.Path(folder) / "image", pathlib.Path(folder) / "mounted"
        mounted.mkdir()
        with open(image, "wb") as file:
            file.truncate(DISK_BYTES)
        run_command("mkfs.ext4", "-q", "-F", image)
        run_command("mount", "-o", "loop,noatime", image, mounted)
        try:
            subprocess.run([pathlib.Path(options.build) / "tests" / "bench" / "bench_flash", mounted], check=True)
            measure_quiet(options.build, mounted, options.quiet_seconds)
        finally:
            run_command("umount", "-l", mounted)


if __name__ == "__main__":
    main()
