/// What the benches share: pairs of measurements taken in turns, and one line per figure that people and programs read.
#pragma once

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

namespace chargehook::bench {

/// Amount per second of elapsed time.
template <class Work>
double per_second(double amount, Work work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  return amount / took.count();
}

/// Processor time of this process up to now, all threads.
inline double cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// The same job, done by us and by the least that could do it. Measured in turns in one run, because a shared machine
/// changes its mind from minute to minute: the ratios count, not the absolute numbers.
class Pairs {
 public:
  /// One round; who goes first changes from round to round. Both return what they reached.
  template <class Ours, class Baseline>
  void measure(Ours ours, Baseline baseline) {
    const bool ours_first = ratios_.size() % 2 == 0;
    if (ours_first) ours_.push_back(ours());
    baseline_.push_back(baseline());
    if (!ours_first) ours_.push_back(ours());
    ratios_.push_back(ours_.back() / baseline_.back());
  }

  void add(double ours, double baseline) {
    ours_.push_back(ours);
    baseline_.push_back(baseline);
    ratios_.push_back(ours / baseline);
  }

  /// Medians of all rounds: name, value, unit, baseline, ratio, aim.
  void print(const std::string& name, const char* unit, const char* aim) const {
    std::printf("%-34s %10.0f %-12s %10.0f %6.2f  %s\n", name.c_str(), median(ours_), unit, median(baseline_),
                median(ratios_), aim);
    std::fflush(stdout);
  }

 private:
  std::vector<double> ours_;
  std::vector<double> baseline_;
  std::vector<double> ratios_;
};

inline void print_heading() {
  std::printf("%-34s %10s %-12s %10s %6s  %s\n", "# name", "value", "unit", "baseline", "ratio", "aim");
}

}  // namespace chargehook::bench
