/// The command line: which sub-command, with what. Reads argv and nothing else.
#pragma once

#include <string>
#include <variant>

namespace chargehook::cli {

/// Where things are; the defaults are those of the package.
struct Folders {
  std::string config = "/etc/chargehook";
  std::string state = "/var/lib/chargehook";
  std::string runtime = "/run/chargehook";
};

struct RunOptions {
  Folders folders;
  bool strict = false;  ///< does not start on the last good configuration
};

struct CheckOptions {
  std::string config_dir;
  bool json = false;
};

struct ApplyOptions {
  std::string runtime_dir;
  bool json = false;
};

struct StatusOptions {
  std::string runtime_dir;
  bool json = false;
};

enum class ClockAction { show, set, accept };

struct ClockOptions {
  std::string runtime_dir;
  ClockAction action = ClockAction::show;
  std::string time;  ///< with set: as written
  bool json = false;
};

/// Nothing is left to do but to end: --help, --version, or a mistake on the command line that has been explained.
struct Exit {
  int code = 0;
};

using Command = std::variant<RunOptions, CheckOptions, ApplyOptions, StatusOptions, ClockOptions, Exit>;

/// @param version what --version prints
[[nodiscard]] Command read_command_line(int argc, const char* const* argv, const std::string& version);

/// Carries out every command but `run`, which is main's. @return exit code
[[nodiscard]] int run_command(const Command& command);

}  // namespace chargehook::cli
