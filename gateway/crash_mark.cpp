#include "crash_mark.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace chargehook {
namespace {

std::string mark_path(const std::string& folder) { return folder + "/look-at-all"; }

std::array<char, 4096> path_on_crash{};
std::array<char, 16 * 1024> stack_on_crash{};  // the thread's own may be what has run out

const char* name_of(int signal) {
  if (signal == SIGBUS) return "SIGBUS\n";
  return signal == SIGSEGV ? "SIGSEGV\n" : "SIGABRT\n";
}

/// Only what signal-safety(7) allows.
void on_crash(int signal) {
  const int file = ::open(path_on_crash.data(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
  if (file >= 0) {
    const char* name = name_of(signal);
    if (::write(file, name, std::strlen(name)) > 0) ::fsync(file);
  }
  ::raise(signal);  // its handler is the system's again: SA_RESETHAND
}

}  // namespace

void leave_mark_on_crash(const std::string& folder) {
  const std::string path = mark_path(folder);
  if (path.size() >= path_on_crash.size()) return;
  path.copy(path_on_crash.data(), path.size());
  stack_t stack{};
  stack.ss_sp = stack_on_crash.data();
  stack.ss_size = stack_on_crash.size();
  ::sigaltstack(&stack, nullptr);  // of this thread; others use their own
  struct sigaction action {};
  action.sa_handler = on_crash;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_ONSTACK);
  for (const int signal : {SIGBUS, SIGSEGV, SIGABRT}) ::sigaction(signal, &action, nullptr);
}

bool leave_mark(const std::string& folder, const std::string& reason) {
  std::ofstream file{mark_path(folder)};
  file << reason << std::flush;
  return file.good();
}

std::optional<std::string> read_mark(const std::string& folder) {
  std::ifstream file{mark_path(folder)};
  if (!file) return std::nullopt;
  std::string reason;
  std::getline(file, reason);
  return reason;
}

void remove_mark(const std::string& folder) {
  std::error_code unused;
  std::filesystem::remove(mark_path(folder), unused);
}

}  // namespace chargehook
