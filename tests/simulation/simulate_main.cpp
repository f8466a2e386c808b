/// The program of the simulation: seed after seed, what each found, and which faults came about. docs/simulation.md
#include <time.h>

#include <CLI/CLI.hpp>
#include <cinttypes>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

#include "world.hpp"

using namespace chargehook::simulation;

namespace {

struct Arguments {
  std::uint64_t seeds = 100;
  std::uint64_t first = 1;
  std::string kind = "short";
  bool verbose = false;
  bool twice = false;
  Options options;
};

std::uint64_t seed_under_way = 0;
const char* kind_under_way = "short";

/// An assertion of the product has failed: the seed is what is needed to see it again.
void report_abort(int) {
  std::printf("seed %" PRIu64 " ended in an assertion\n  again: ./dev rig simulate --kind %s --seed %" PRIu64
              " --trace\n",
              seed_under_way, kind_under_way, seed_under_way);
  std::fflush(stdout);
}

void report_failure(const Arguments& arguments, const Verdict& verdict) {
  std::printf("seed %" PRIu64 " failed: %zu complaints\n", arguments.options.seed, verdict.complaint_count);
  for (const auto& complaint : verdict.complaints) std::printf("    %s\n", complaint.c_str());
  std::printf("  again: ./dev rig simulate --kind %s --seed %" PRIu64 " --trace\n", arguments.kind.c_str(),
              arguments.options.seed);
}

void print_line(const Arguments& arguments, const Verdict& verdict, double took_ms) {
  std::printf("seed %" PRIu64 "  digest %016" PRIx64 "  %" PRIu64 " events  %" PRIu64 " accepted  %" PRIu64
              " faults  %" PRIu64 " runs  %.0f s simulated in %.1f ms\n",
              arguments.options.seed, verdict.digest, verdict.events, verdict.accepted, verdict.faults.total(),
              verdict.runs, verdict.simulated_s, took_ms);
}

/// A memory disk if there is one.
std::string parent_folder() {
  return std::filesystem::is_directory("/dev/shm") ? "/dev/shm" : std::filesystem::temp_directory_path().string();
}

/// Of this process's processor time: what others do on the machine does not count.
double now_ms() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

bool never_fired(const FaultCounts& faults) {
  bool any = false;
  for (std::size_t kind = 0; kind < fault_kinds; ++kind) {
    const auto name = name_of(static_cast<Fault>(kind));
    std::printf("  %-24.*s %" PRIu64 "\n", static_cast<int>(name.size()), name.data(), faults.of(kind));
    any = any || faults.of(kind) == 0;
  }
  return any;
}

/// So many that every kind of fault has to come about.
std::uint64_t enough_seeds(const Arguments& arguments) { return arguments.kind == "hour" ? 20 : 150; }

int run(Arguments arguments) {
  FaultCounts all;
  std::uint64_t failed = 0, events = 0, points = 0, digest = 0;
  const double began = now_ms();
  for (std::uint64_t seed = arguments.first; seed < arguments.first + arguments.seeds; ++seed) {
    arguments.options.seed = seed_under_way = seed;
    const double started = now_ms();
    const Verdict verdict = simulate(arguments.options);
    if (arguments.verbose || arguments.seeds == 1) print_line(arguments, verdict, now_ms() - started);
    if (arguments.twice && simulate(arguments.options).digest != verdict.digest) {
      std::printf("seed %" PRIu64 " is not the same twice\n", seed);
      ++failed;
    }
    all.add(verdict.faults);
    events += verdict.events;
    points += verdict.points;
    digest = digest * 31 + verdict.digest;
    if (verdict.complaint_count == 0) continue;
    ++failed;
    report_failure(arguments, verdict);
  }
  const double took_s = (now_ms() - began) / 1000;
  std::printf("%" PRIu64 " seeds, %" PRIu64 " failed, %" PRIu64 " events, %" PRIu64 " points of chains, %" PRIu64
              " faults, %.1f s (%.1f ms a seed), digest %016" PRIx64 "\n",
              arguments.seeds, failed, events, points, all.total(), took_s,
              took_s * 1000 / static_cast<double>(arguments.seeds), digest);
  if (arguments.seeds >= enough_seeds(arguments) && never_fired(all)) {
    std::printf("a kind of fault never came about\n");
    return 1;
  }
  if (arguments.seeds >= enough_seeds(arguments) && points == 0) {
    std::printf("no stream came so far that it left a point of its chain\n");
    return 1;
  }
  return failed == 0 ? 0 : 1;
}

/// On a disk that lies about its syncs events get lost: a judge that does not see that sees nothing.
int self_test(Options options) {
  constexpr std::uint64_t seeds = 10;
  options.disk_lies = true;
  std::uint64_t noticed = 0;
  for (options.seed = 1; options.seed <= seeds; ++options.seed)
    noticed += simulate(options).complaint_count > 0 ? 1 : 0;
  std::printf("a disk whose syncs do nothing: noticed in %" PRIu64 " of %" PRIu64 " seeds\n", noticed, seeds);
  return noticed * 2 > seeds ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  CLI::App app{"Simulates depots in which everything goes wrong, and judges what the gateway made of it."};
  std::optional<std::uint64_t> one;
  app.add_option("--seeds", arguments.seeds, "how many")->capture_default_str();
  app.add_option("--first", arguments.first, "the first seed")->capture_default_str();
  app.add_option("--seed", one, "this one alone");
  app.add_option("--kind", arguments.kind, "short or hour")->check(CLI::IsMember({"short", "hour"}));
  app.add_flag("--verbose", arguments.verbose, "a line for each seed");
  app.add_flag("--twice", arguments.twice, "each seed twice; both have to be the same");
  app.add_flag("--trace", arguments.options.trace, "print what happens");
  bool is_self_test = false;
  app.add_flag("--self-test", is_self_test, "on a disk whose syncs do nothing the judge has to complain");
  CLI11_PARSE(app, argc, argv);
  if (one) arguments.first = *one, arguments.seeds = 1;
  kind_under_way = arguments.kind == "hour" ? "hour" : "short";
  std::signal(SIGABRT, report_abort);
  arguments.options.kind = arguments.kind == "hour" ? Kind::hour : Kind::brief;
  arguments.options.parent_folder = parent_folder();
  return is_self_test ? self_test(arguments.options) : run(std::move(arguments));
}
