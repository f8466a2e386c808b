/// The program of the simulation: seed after seed, what each found, and which faults came about. docs/simulation.md
#include <malloc.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>

#include "digest.hpp"
#include "replay.hpp"
#include "workers.hpp"
#include "world.hpp"

using namespace chargehook::simulation;

namespace {

struct Arguments {
  std::uint64_t seeds = 100;
  std::uint64_t first = 1;
  std::string kind = "short";
  unsigned jobs = 1;
  bool verbose = false;
  bool twice = false;
  Options options;
};

std::uint64_t seed_under_way = 0;
const char* kind_under_way = "short";

/// An assertion of the product has failed: the seed is what is needed to see it again.
void report_abort(int) {
  std::printf("seed %" PRIu64 " ended in an assertion\n%s", seed_under_way,
              replay_line(kind_under_way, seed_under_way).c_str());
  std::fflush(stdout);
}

/// In one piece: other processes print too.
void report_failure(const Arguments& arguments, std::uint64_t seed, const Verdict& verdict) {
  const std::string number = std::to_string(seed);
  std::string text = "seed " + number + " failed: " + std::to_string(verdict.complaint_count) + " complaints\n";
  for (const auto& complaint : verdict.complaints) text += "    " + complaint + '\n';
  text += replay_line(arguments.kind, seed);
  std::fflush(stdout);
  (void)!::write(STDOUT_FILENO, text.data(), text.size());
}

void print_line(std::uint64_t seed, const Verdict& verdict, double took_ms) {
  std::printf("seed %" PRIu64 "  digest %016" PRIx64 "  %" PRIu64 " events  %" PRIu64 " accepted  %" PRIu64
              " faults  %" PRIu64 " runs  %.0f s simulated in %.1f ms\n",
              seed, verdict.digest, verdict.events, verdict.accepted, verdict.faults.total(), verdict.runs,
              verdict.simulated_s, took_ms);
}

/// A memory disk if there is one that is large enough: what each process keeps of a world at most.
std::string parent_folder(unsigned jobs) {
  constexpr std::uintmax_t world_bytes = 64U << 20;
  std::error_code missing;
  const auto space = std::filesystem::space("/dev/shm", missing);
  if (!missing && space.available >= jobs * world_bytes) return "/dev/shm";
  return std::filesystem::temp_directory_path().string();
}

/// Processor time, since what others do on the machine does not count.
/// @param who RUSAGE_SELF or RUSAGE_CHILDREN, of which only those that have ended
double used_ms(__rusage_who who) {
  rusage usage{};
  ::getrusage(who, &usage);
  const auto ms = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
  };
  return ms(usage.ru_utime) + ms(usage.ru_stime);
}

/// Keeps what one seed has freed for the next, instead of asking the system for the same memory again and again. The
/// list of 2 MiB that LMDB makes, and hardly touches, with each environment is better left to the system's zeros.
void keep_memory() {
  ::mallopt(M_MMAP_THRESHOLD, 1 << 20);
  ::mallopt(M_TRIM_THRESHOLD, 256 << 20);
  ::mallopt(M_TOP_PAD, 1 << 20);
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
std::uint64_t enough_seeds(const Arguments& arguments) { return arguments.kind == "hour" ? 50 : 150; }

void run_seed(const Arguments& arguments, std::uint64_t seed, Tally& tally) {
  Options options = arguments.options;
  options.seed = tally.seed = seed_under_way = seed;
  const double started = used_ms(RUSAGE_SELF);
  const Verdict verdict = simulate(options);
  if (arguments.verbose || arguments.seeds == 1) print_line(seed, verdict, used_ms(RUSAGE_SELF) - started);
  if (arguments.twice && simulate(options).digest != verdict.digest) {
    std::printf("seed %" PRIu64 " is not the same twice\n", seed);
    ++tally.failed;
  }
  Digest digest;
  digest.add(seed);
  digest.add(verdict.digest);
  tally.digest += digest.value();
  tally.faults.add(verdict.faults);
  tally.events += verdict.events;
  tally.points += verdict.points;
  if (verdict.complaint_count == 0) return;
  ++tally.failed;
  report_failure(arguments, seed, verdict);
}

int run(const Arguments& arguments) {
  const auto began = std::chrono::steady_clock::now();
  const auto work = [&](Seeds& seeds, Tally& tally) {
    while (const auto seed = seeds.take()) run_seed(arguments, *seed, tally);
  };
  const Tally all = run_in_processes(arguments.jobs, arguments.first, arguments.seeds, arguments.kind, work);
  const double took_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  const auto count = static_cast<double>(arguments.seeds);
  std::printf("%" PRIu64 " seeds, %" PRIu64 " failed, %" PRIu64 " events, %" PRIu64 " points of chains, %" PRIu64
              " faults, %.1f s in %u processes: %.1f seeds/s, %.1f ms of processor time each, digest %016" PRIx64 "\n",
              arguments.seeds, all.failed, all.events, all.points, all.faults.total(), took_s, arguments.jobs,
              count / took_s, (used_ms(RUSAGE_SELF) + used_ms(RUSAGE_CHILDREN)) / count, all.digest);
  if (arguments.seeds >= enough_seeds(arguments) && never_fired(all.faults)) {
    std::printf("a kind of fault never came about\n");
    return 1;
  }
  if (arguments.seeds >= enough_seeds(arguments) && all.points == 0) {
    std::printf("no stream came so far that it left a point of its chain\n");
    return 1;
  }
  return all.failed == 0 ? 0 : 1;
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
  keep_memory();
  Arguments arguments;
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  CLI::App app{"Simulates depots in which everything goes wrong, and judges what the gateway made of it."};
  std::optional<std::uint64_t> one;
  app.add_option("--seeds", arguments.seeds, "how many")->capture_default_str();
  app.add_option("--first", arguments.first, "the first seed")->capture_default_str();
  app.add_option("--seed", one, "this one alone");
  app.add_option("--kind", arguments.kind, "short or hour")->check(CLI::IsMember({"short", "hour"}));
  arguments.jobs = std::max(1U, std::thread::hardware_concurrency());
  app.add_option("--jobs", arguments.jobs, "in how many processes")
      ->check(CLI::Range(1U, jobs_max))
      ->capture_default_str();
  app.add_flag("--verbose", arguments.verbose, "a line for each seed");
  app.add_flag("--twice", arguments.twice, "each seed twice; both have to be the same");
  app.add_flag("--trace", arguments.options.trace, "print what happens");
  bool is_self_test = false;
  app.add_flag("--self-test", is_self_test, "on a disk whose syncs do nothing the judge has to complain");
  CLI11_PARSE(app, argc, argv);
  if (one) arguments.first = *one, arguments.seeds = 1;
  arguments.jobs = static_cast<unsigned>(std::min<std::uint64_t>(arguments.jobs, arguments.seeds));
  kind_under_way = arguments.kind == "hour" ? "hour" : "short";
  std::signal(SIGABRT, report_abort);
  arguments.options.kind = arguments.kind == "hour" ? Kind::hour : Kind::brief;
  arguments.options.parent_folder = parent_folder(arguments.jobs);
  return is_self_test ? self_test(arguments.options) : run(arguments);
}
