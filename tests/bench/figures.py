"""One line per figure that people and programs read, as figures.hpp prints it."""
import statistics


def print_heading():
    print(f"{'# name':34} {'value':>10} {'unit':12} {'baseline':>10} {'ratio':>6}  aim", flush=True)


def print_pairs(name, unit, ours, baseline, aim="-", decimals=0):
    """Medians of what was measured in turns; of the ratios, too. Both lists are of the same length."""
    ratio = statistics.median(one / other if other else float("inf") for one, other in zip(ours, baseline))
    print(f"{name:34} {statistics.median(ours):10.{decimals}f} {unit:12} {statistics.median(baseline):10.{decimals}f} "
          f"{ratio:6.2f}  {aim}", flush=True)


def print_alone(name, unit, value, aim="-", decimals=0):
    """A figure that nothing is beside."""
    print(f"{name:34} {value:10.{decimals}f} {unit:12} {'-':>10} {'-':>6}  {aim}", flush=True)
