#!/usr/bin/python3
"""Resident memory of the gateway at rest, on the demo's configuration: after its start, and after 2,000 events, beside
a process that does nothing with the same libraries. In MB of 10^6 bytes; the aim is for a gateway at rest."""
import argparse
import pathlib
import statistics
import sys
import tempfile

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TESTS / "e2e"))
from harness import Depot, Process, require, run_test, wait_until  # noqa: E402  (found through the line above)

EXAMPLE = TESTS.parent / "config" / "examples" / "demo"
AIM_MB = 25


def memory_mb(process):
    """VmRSS, and of it what belongs to the process alone: pages of files are shared with whoever maps them too."""
    fields = {}
    for line in pathlib.Path(f"/proc/{process.child.pid}/status").read_text(encoding="ascii").splitlines():
        name, _, value = line.partition(":")
        fields[name] = value
    return [int(fields[name].split()[0]) * 1024 / 1e6 for name in ("VmRSS", "RssAnon")]


def do_nothing(build):
    with tempfile.TemporaryDirectory(prefix="chargehook-bench-") as folder:
        output = pathlib.Path(folder) / "output"
        process = Process("nothing", [pathlib.Path(build) / "tests" / "bench" / "bench_idle", folder], output)
        try:
            wait_until(lambda: output.exists() and output.read_text(encoding="ascii"), "the process is ready")
            return memory_mb(process)
        finally:
            process.stop()


def gateway(build, events):
    with Depot(build, EXAMPLE) as depot:
        depot.start_receiver()
        depot.start_gateway()
        depot.wait_for_intake()
        if events:
            source = depot.start_source("payments", "--count", str(events), "--run", "bench", "--connections", "4")
            require(source.child.wait(120) == 0, f"the source failed\n{source.last_lines()}")
            depot.wait_until_arrived({line["id"] for line in depot.told() if line["what"] == "told"}, 60)
        wait_until(lambda: any(line["type"].endswith("gateway.started") for line in depot.received()),
                   "gateway.started arrives")
        memory = memory_mb(depot.gateway)
        require(depot.gateway.stop() == 0, "the gateway did not end well")
        depot.receiver.stop()
        return memory


def print_figures(name, pairs, aim):
    for index, (part, part_aim) in enumerate((("rss", aim), ("anonymous", "-"))):
        ours = statistics.median(pair[0][index] for pair in pairs)
        nothing = statistics.median(pair[1][index] for pair in pairs)
        ratio = statistics.median(pair[0][index] / pair[1][index] for pair in pairs)
        print(f"{name + '.' + part:34} {ours:10.1f} {'MB':12} {nothing:10.1f} {ratio:6.2f}  {part_aim}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, help="build folder, preset release")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(f"{'# name':34} {'value':>10} {'unit':12} {'baseline':>10} {'ratio':>6}  aim")
    for name, events, aim in (("gateway.idle", 0, f"<={AIM_MB}"), ("gateway.after_2000", 2000, "-")):
        print_figures(name, [(gateway(options.build, events), do_nothing(options.build))
                             for _ in range(options.rounds)], aim)


if __name__ == "__main__":
    run_test(main)
