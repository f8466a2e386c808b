#!/usr/bin/python3
"""What the journal writes to its block device per event, on ext4 (noatime) on a loop device, beside plain LMDB."""
import argparse
import pathlib
import subprocess
import sys
import tempfile

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TESTS / "rigs"))
from power_disk import run_command, why_no_mounts  # noqa: E402  (found through the line above)

DISK_BYTES = 512 << 20


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, help="build folder, preset release")
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
        finally:
            run_command("umount", "-l", mounted)


if __name__ == "__main__":
    main()
