#include "cli/interruption.hpp"

#include <csignal>

namespace chargehook::cli {
namespace {

volatile std::sig_atomic_t seen = 0;

void note(int) { seen = 1; }

}  // namespace

void catch_interruption() {
  struct sigaction action {};
  action.sa_handler = note;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);  // a reader that has gone shows as a write that fails
}

bool is_interrupted() { return seen != 0; }

}  // namespace chargehook::cli
