#include "journal/io/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include "journal/io/store_folder.hpp"

extern char** environ;

namespace chargehook::journal::io {
namespace {

/// @return 0, or the errno of what failed
int spawn(const ChildOptions& options, int output, pid_t& child) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  std::vector<char*> words{const_cast<char*>("chargehook")};
  for (const auto& word : options.words) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  const int status = ::posix_spawn(&child, options.program.c_str(), &actions, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  return status;
}

/// Cuts what comes into lines.
class Lines {
 public:
  explicit Lines(const std::function<void(std::string_view)>& line) : line_(line) {}

  void take(std::string_view bytes) {
    rest_ += bytes;
    std::size_t begin = 0;
    for (auto end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', begin)) {
      line_(std::string_view{rest_}.substr(begin, end - begin));
      begin = end + 1;
    }
    rest_.erase(0, begin);
  }

 private:
  const std::function<void(std::string_view)>& line_;
  std::string rest_;
};

/// @return whether it closed its output within the patience after each thing it said
bool listen(int input, const ChildOptions& options, Lines& lines) {
  const std::chrono::milliseconds patience = options.patience;
  std::array<char, 4096> bytes;
  for (;;) {
    if (options.is_enough && options.is_enough()) return false;
    pollfd wait{input, POLLIN, 0};
    const int ready = ::poll(&wait, 1, static_cast<int>(patience.count()));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return false;
    const ssize_t count = ::read(input, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return true;
    lines.take({bytes.data(), static_cast<std::size_t>(count)});
  }
}

}  // namespace

ChildEnd run_child(const ChildOptions& options, const std::function<void(std::string_view)>& line) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return {ChildEnd::Kind::not_started, errno};
  const Descriptor input{ends[0]};
  Descriptor output{ends[1]};
  pid_t child = 0;
  if (const int status = spawn(options, output.number(), child); status != 0) {
    return {ChildEnd::Kind::not_started, status};
  }
  { const Descriptor closed = std::move(output); }  // the child's alone: its end is the end of what can be read
  Lines lines{line};
  const bool has_ended = listen(input.number(), options, lines);
  if (!has_ended) ::kill(child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!has_ended) return {ChildEnd::Kind::silent, 0};
  if (WIFSIGNALED(status)) return {ChildEnd::Kind::signalled, WTERMSIG(status)};
  return {ChildEnd::Kind::exited, WEXITSTATUS(status)};
}

}  // namespace chargehook::journal::io
