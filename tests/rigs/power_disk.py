"""A file system on a disk whose power can be cut: ext4 on a loop device on nbdfuse on nbdkit."""
import os
import pathlib
import subprocess
import sys
import tempfile

import rig  # noqa: F401  (makes the next one to be found)
from harness import Failure, Process, require, wait_until

PLUGIN = pathlib.Path(__file__).with_name("volatile_disk.py")
MODELS = {
    "whole": "kept=0",     # all that was not flushed is gone
    "random": "kept=0.5",  # of what was not flushed, some sectors are there and others are not
}


def run_command(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, encoding="utf-8", check=False)
    require(done.returncode == 0, f"{command[0]}: {done.stderr.strip()}")


class PowerDisk:
    """Needs root, and mounts in a namespace of its own (see `why_impossible`)."""

    def __init__(self, folder, model, megabytes=128):
        self.folder = folder / "disk"
        self.model = model
        self.image = self.folder / "image"
        self.device = self.folder / "device"  # nbdfuse makes this file the disk
        self.socket = self.folder / "nbd.sock"
        self.mounted = self.folder / "mounted"
        self.mounted.mkdir(parents=True)
        self.device.touch()
        self.nbdkit = self.nbdfuse = None
        self.times_on = 0
        with open(self.image, "wb") as file:
            file.truncate(megabytes << 20)
        run_command("mkfs.ext4", "-q", "-F", "-E", "nodiscard,lazy_itable_init=0", self.image)

    def switch_on(self):
        """@return the folder where the file system is"""
        self.times_on += 1
        self.socket.unlink(missing_ok=True)
        log = self.folder / "disk.log"
        self.nbdkit = Process("nbdkit", ["nbdkit", "--foreground", "--unix", self.socket, "python", PLUGIN,
                                         f"file={self.image}", f"seed={self.times_on}", MODELS[self.model]], log)
        wait_until(self.socket.exists, "nbdkit listens")
        self.nbdfuse = Process("nbdfuse", ["nbdfuse", self.device, "--unix", self.socket], log)
        wait_until(lambda: self.device.stat().st_size == self.image.stat().st_size, "nbdfuse shows the disk")
        run_command("mount", "-o", "loop", self.device, self.mounted)
        return self.mounted

    def cut(self):
        """The power is gone. Whoever still runs finds a dead disk; call `clear` when they are gone."""
        self.nbdkit.kill()

    def clear(self):
        """Lets go of what is left of a disk without power."""
        subprocess.run(["umount", "-l", self.mounted], capture_output=True, check=False)
        subprocess.run(["umount", "-l", self.device], capture_output=True, check=False)
        for process in (self.nbdkit, self.nbdfuse):
            if process is not None and process.is_running():
                process.kill()


def in_own_mounts():
    """Starts this program again where nobody else sees what it mounts, and where all of it ends with it."""
    if os.environ.get("CHARGEHOOK_OWN_MOUNTS") != "1":
        os.environ["CHARGEHOOK_OWN_MOUNTS"] = "1"
        os.execvp("unshare", ["unshare", "--mount", "--propagation", "private", *sys.argv])


def why_no_mounts():
    """Enters mounts of its own, or says why it cannot."""
    if os.geteuid() != 0:
        return "needs root, to mount a disk of its own"
    done = subprocess.run(["unshare", "--mount", "--propagation", "private", "true"], capture_output=True, check=False)
    if done.returncode != 0:
        return "may not have mounts of its own"
    in_own_mounts()
    return ""


def try_disk(folder):
    disk = PowerDisk(folder, "whole", megabytes=8)
    try:
        disk.switch_on()
    finally:
        disk.clear()


def why_impossible(try_it=try_disk):
    """As `why_no_mounts`; then tries a disk in a folder."""
    reason = why_no_mounts()
    if reason:
        return reason
    with tempfile.TemporaryDirectory(prefix="chargehook-disk-") as folder:
        try:
            try_it(pathlib.Path(folder))
        except (Failure, OSError) as failure:
            return str(failure)
    return ""
