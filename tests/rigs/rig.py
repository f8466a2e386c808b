"""What every rig has: its options, the trials side by side, what it prints, its exit code."""
import argparse
import collections
import concurrent.futures
import os
import pathlib
import random
import sys
import time
import traceback

TREE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TREE / "tests" / "e2e"))
from harness import Failure  # noqa: E402


def run_rig(doc, add_options, why_impossible, run):
    """The whole of a rig's program.

    @param add_options    (parser), the options that are its own
    @param why_impossible () → why it cannot run on this machine, or an empty text
    @param run            (options) → whether all was right
    """
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=TREE / "build" / "dev", help="build folder")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    parser.add_argument("--jobs", type=int, default=2 * (os.cpu_count() or 1))
    parser.add_argument("--where-possible", action="store_true",
                        help="on a machine where it cannot run, say so and end with 0")
    add_options(parser)
    options = parser.parse_args()
    reason = why_impossible()
    if reason:
        print(f"{'SKIPPED' if options.where_possible else 'cannot run here'}: {reason}", flush=True)
        sys.exit(0 if options.where_possible else 2)
    try:
        sys.exit(0 if run(options) else 1)
    except Failure as problem:
        print(f"the rig itself failed: {problem}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


def tried(try_point, build, point):
    """A trial that ends in a way nobody thought of went wrong, too."""
    try:
        return try_point(build, point)
    except Exception:  # pylint: disable=broad-except
        return traceback.format_exc(), 0


def run_points(try_point, build, points, jobs):
    """Tries each point in a process of its own, and prints what went wrong.

    @param try_point (build, point) → (what went wrong or an empty text, how often what the point is about took place)
    @return how often that was by the first two parts of the points, and the points that went wrong
    """
    met = collections.Counter()
    wrong = []
    begun = time.monotonic()
    with concurrent.futures.ProcessPoolExecutor(jobs) as pool:
        running = {pool.submit(tried, try_point, build, point): point for point in points}
        for done, future in enumerate(concurrent.futures.as_completed(running), 1):
            point = running[future]
            failure, times = future.result()
            met[point[:2]] += times
            if failure:
                wrong.append(point)
                print(f"WRONG at {':'.join(map(str, point))}: {failure}", flush=True)
            if done % 50 == 0:
                print(f"  {done:,} of {len(points):,} points, {time.monotonic() - begun:.0f} s", flush=True)
    return met, wrong
