/// How far a long command is: on a terminal only, in one line that is written again and again.
#pragma once

#include <unistd.h>

#include <cstdio>
#include <string>

namespace chargehook::cli {

class Progress {
 public:
  void show(const std::string& text) {
    if (!is_terminal_) return;
    std::fprintf(stderr, "\r\033[K%s", text.c_str());
    is_shown_ = true;
  }

  /// Before anything else is said.
  void clear() {
    if (is_shown_) std::fprintf(stderr, "\r\033[K");
    is_shown_ = false;
  }
  ~Progress() { clear(); }

 private:
  bool is_terminal_ = ::isatty(STDERR_FILENO) == 1;
  bool is_shown_ = false;
};

}  // namespace chargehook::cli
