#include "workers.hpp"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <memory>
#include <new>
#include <vector>

#include "model/result.hpp"
#include "replay.hpp"

namespace chargehook::simulation {
namespace {

static_assert(std::atomic<std::uint64_t>::is_always_lock_free, "it is shared between processes");

/// Memory that the processes share with the one that starts them.
struct Shared {
  Seeds seeds;
  std::array<Tally, jobs_max> tallies{};
};

struct Unmap {
  void operator()(Shared* shared) const { ::munmap(shared, sizeof(Shared)); }
};

std::unique_ptr<Shared, Unmap> share(std::uint64_t first, std::uint64_t count) {
  void* const memory = ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  CHARGEHOOK_ASSERT(memory != MAP_FAILED);
  return std::unique_ptr<Shared, Unmap>{new (memory) Shared{.seeds = {first, count}}};
}

pid_t start(Shared& shared, Tally& tally, const Work& work) {
  const pid_t child = ::fork();
  CHARGEHOOK_ASSERT(child >= 0);
  if (child > 0) return child;
  work(shared.seeds, tally);
  std::fflush(stdout);
  ::_exit(0);
}

void wait_for(pid_t child, std::string_view kind, Tally& tally) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
  ++tally.failed;
  const bool is_signal = WIFSIGNALED(status);
  std::printf("seed %" PRIu64 " ended its process, with %s %d\n%s", tally.seed, is_signal ? "signal" : "exit code",
              is_signal ? WTERMSIG(status) : WEXITSTATUS(status), replay_line(kind, tally.seed).c_str());
}

}  // namespace

Tally run_in_processes(unsigned jobs, std::uint64_t first, std::uint64_t count, std::string_view kind,
                       const Work& work) {
  Tally all;
  if (jobs <= 1) {
    Seeds seeds{first, count};
    work(seeds, all);
    return all;
  }
  const auto shared = share(first, count);
  jobs = std::min<unsigned>(jobs, static_cast<unsigned>(shared->tallies.size()));
  std::fflush(stdout);
  std::vector<pid_t> children;
  for (unsigned i = 0; i < jobs; ++i) children.push_back(start(*shared, shared->tallies.at(i), work));
  for (unsigned i = 0; i < jobs; ++i) wait_for(children[i], kind, shared->tallies.at(i));
  for (const auto& tally : shared->tallies) all.add(tally);
  return all;
}

}  // namespace chargehook::simulation
