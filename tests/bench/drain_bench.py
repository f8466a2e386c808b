#!/usr/bin/python3
"""Resident memory of the gateway while it drains a long queue over real HTTP to a receiver that checks each delivery,
beside a gateway at rest on an empty journal. Maxima of samples each 100 ms, in MB of 10^6 bytes.

  drain.rss_anon            its own memory
  drain.rss_file            pages of files, of the journal's map above all
  drain.rss_….quarter_N     the same in each quarter of the drain: whether it grows with what is drained
  drain.events              delivered per second

The journal is so full at the beginning that delivered events go while the others are sent. `--events 10000000` is the
long form: 5 GB of disk and about half an hour.
"""
import argparse
import pathlib
import threading
import time

from figures import print_alone, print_heading, print_pairs
from queued_depot import QueuedDepot, size_mib_for
from harness import require, run_test, wait_until

FILL = 0.8  # delivered events go above 0.7
SAMPLE_SECONDS = 0.1
IDLE_SECONDS = 10
AIMS = {"rss_anon": 40, "rss_file": 32}
FIELDS = {"RssAnon": "rss_anon", "RssFile": "rss_file"}


def sample(pid):
    """rss_anon and rss_file in MB; nothing when the process is gone."""
    found = {}
    for line in pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        name, _, value = line.partition(":")
        if name in FIELDS:
            found[FIELDS[name]] = int(value.split()[0]) * 1024 / 1e6
    return found


class Sampler:
    """Samples a process until it is stopped."""

    def __init__(self, process):
        self.pid = process.child.pid
        self.samples = []
        self.begun = time.monotonic()
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while True:
            self.samples.append((time.monotonic() - self.begun, sample(self.pid)))
            if self.ended.wait(SAMPLE_SECONDS):
                return

    def stop(self):
        self.ended.set()
        self.thread.join()
        return self.samples


def highest(samples, name):
    return max((found[name] for _, found in samples), default=0)


def when_highest(samples, name):
    return max(samples, key=lambda one: one[1][name])[0]


def idle(build, endpoints):
    with QueuedDepot(build, endpoints) as depot:
        depot.start_receiver()
        depot.start_until_ready()
        sampler = Sampler(depot.gateway)
        time.sleep(IDLE_SECONDS)  # that is what is measured: a gateway that has nothing to do
        samples = sampler.stop()
        depot.stop_gateway()
        depot.receiver.stop()
        return samples


def delivered(depot):
    return sum(endpoint["delivered"] for endpoint in depot.status()["endpoints"])


def drain(build, endpoints, events):
    with QueuedDepot(build, endpoints, size_mib_for(events, FILL)) as depot:
        depot.fill(events)
        depot.receiver_log = "/dev/null"
        depot.start_receiver()
        depot.start_until_ready()
        sampler = Sampler(depot.gateway)
        begun = time.monotonic()
        wanted = deliveries(events, endpoints)
        print(f"# {events:,} events, {wanted:,} deliveries; the journal is {depot.status()['journal']['fill_percent']} % "
              "full", flush=True)

        def is_drained():
            require(depot.gateway.is_running(), f"the gateway ended with {depot.gateway.child.returncode}")
            time.sleep(0.5)  # a status costs the gateway a little, too
            return delivered(depot) >= wanted
        wait_until(is_drained, "all is delivered", seconds=max(600, wanted / 500))
        took = time.monotonic() - begun
        samples = sampler.stop()
        depot.stop_gateway()
        require(depot.receiver.stop() == 0, "the receiver found something wrong")
        return samples, wanted / took


def deliveries(events, endpoints):
    """Each endpoint gets everything but the others' telemetry."""
    telemetry = events // 5
    return endpoints * (events - telemetry) + telemetry


def print_samples(samples, idle_samples):
    for name, aim in AIMS.items():
        print_pairs(f"drain.{name}", "MB", [highest(samples, name)], [highest(idle_samples, name)], f"<={aim}", 1)
        length = samples[-1][0]
        for quarter in range(4):
            part = [one for one in samples if quarter <= one[0] * 4 / length < quarter + 1]
            print_alone(f"drain.{name}.quarter_{quarter + 1}", "MB", highest(part, name), decimals=1)
        print(f"# {name} was highest {when_highest(samples, name):.1f} s after the start, of {length:.0f} s", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True, help="build folder, preset release")
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--endpoints", type=int, default=2)
    options = parser.parse_args()
    options.events -= options.events % 5  # one in five is telemetry
    idle_samples = idle(options.build, options.endpoints)
    print_heading()
    samples, rate = drain(options.build, options.endpoints, options.events)
    print_samples(samples, idle_samples)
    print_alone("drain.events", "per second", rate)


if __name__ == "__main__":
    run_test(main)
