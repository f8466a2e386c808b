#include "cli/command_line.hpp"

#include <doctest/doctest.h>

#include <iostream>
#include <sstream>
#include <vector>

#include "cli/client_commands.hpp"

namespace chargehook::cli {
namespace {

/// What a command line says, and what was printed on the way.
struct Outcome {
  Command command;
  std::string out;
  std::string err;
};

class Captured {
 public:
  explicit Captured(std::ostream& stream) : stream_(stream), before_(stream.rdbuf(text_.rdbuf())) {}
  Captured(const Captured&) = delete;
  Captured& operator=(const Captured&) = delete;
  ~Captured() { stream_.rdbuf(before_); }
  [[nodiscard]] std::string text() const { return text_.str(); }

 private:
  std::ostringstream text_;
  std::ostream& stream_;
  std::streambuf* before_;
};

Outcome read(std::vector<const char*> words) {
  words.insert(words.begin(), "chargehook");
  const Captured out{std::cout};
  const Captured err{std::cerr};
  auto command = read_command_line(static_cast<int>(words.size()), words.data(), "0.1.0");
  return {std::move(command), out.text(), err.text()};
}

TEST_CASE("help and version are printed and end well") {
  struct Case {
    std::vector<const char*> words;
    const char* printed;
  };
  for (const auto& [words, printed] : std::vector<Case>{{{"--version"}, "chargehook 0.1.0\n"},
                                                        {{"--help"}, "apply"},
                                                        {{"-h"}, "status"},
                                                        {{"run", "--help"}, "--state DIR"},
                                                        {{"check", "--help"}, "exit code: 0 clean"},
                                                        {{"apply", "--help"}, "3 no gateway answers"},
                                                        {{"journal", "export", "--help"}, "130 stopped by Ctrl-C"},
                                                        {{"journal", "import", "--help"}, "1 some lines are refused"},
                                                        {{"clock", "--help"}, "accept"},
                                                        {{"clock", "set", "--help"}, "needs root"}}) {
    const auto outcome = read(words);
    CAPTURE(printed);
    REQUIRE(std::holds_alternative<Exit>(outcome.command));
    CHECK(std::get<Exit>(outcome.command).code == 0);
    CHECK(outcome.out.find(printed) != std::string::npos);
    CHECK(outcome.err.empty());
  }
}

TEST_CASE("a mistake on the command line is explained on standard error and ends with 64") {
  const std::vector<std::vector<const char*>> mistakes{
      {},
      {"rum"},
      {"--verbose"},
      {"run", "--config"},
      {"run", "--json"},
      {"check", "--state", "/tmp"},
      {"apply", "now"},
      {"status", "--config", "/etc/chargehook"},
      {"run", "check"},
      {"clock", "now"},
      {"clock", "set"},
      {"clock", "accept", "14:02"},
  };
  for (const auto& words : mistakes) {
    std::string line;
    for (const auto* word : words) line += std::string{" "} + word;
    CAPTURE(line);
    const auto outcome = read(words);
    REQUIRE(std::holds_alternative<Exit>(outcome.command));
    CHECK(std::get<Exit>(outcome.command).code == 64);
    CHECK(outcome.out.empty());
    CHECK_FALSE(outcome.err.empty());
  }
}

TEST_CASE("without options the folders are those of the package") {
  const auto run = std::get<RunOptions>(read({"run"}).command).folders;
  CHECK(run.config == "/etc/chargehook");
  CHECK(run.state == "/var/lib/chargehook");
  CHECK(run.runtime == "/run/chargehook");
  CHECK(std::get<CheckOptions>(read({"check"}).command).config_dir == "/etc/chargehook");
  CHECK_FALSE(std::get<CheckOptions>(read({"check"}).command).json);
  CHECK(std::get<ApplyOptions>(read({"apply"}).command).runtime_dir == "/run/chargehook");
  CHECK_FALSE(std::get<ApplyOptions>(read({"apply"}).command).json);
  CHECK(std::get<StatusOptions>(read({"status"}).command).runtime_dir == "/run/chargehook");
}

TEST_CASE("each option reaches its place") {
  const auto run = std::get<RunOptions>(read({"run", "--state", "/s", "--config=/c", "--runtime", "/r"}).command);
  CHECK(run.folders.config == "/c");
  CHECK(run.folders.state == "/s");
  CHECK(run.folders.runtime == "/r");
  const auto check = std::get<CheckOptions>(read({"check", "--json", "--config", "/c"}).command);
  CHECK(check.config_dir == "/c");
  CHECK(check.json);
  const auto apply = std::get<ApplyOptions>(read({"apply", "--runtime", "/r", "--json"}).command);
  CHECK(apply.runtime_dir == "/r");
  CHECK(apply.json);
  CHECK(std::get<StatusOptions>(read({"status", "--runtime", "/r"}).command).runtime_dir == "/r");
  const auto verify = std::get<VerifyOptions>(read({"journal", "verify", "--state", "/s", "--json"}).command);
  CHECK(verify.state_dir == "/s");
  CHECK(verify.runtime_dir == "/run/chargehook");
  CHECK(verify.json);
  CHECK(std::get<StatsOptions>(read({"journal", "stats"}).command).state_dir == "/var/lib/chargehook");
  const auto carry_out =
      std::get<ExportOptions>(read({"journal", "export", "--after", "17", "--output", "/f", "--state", "/s"}).command);
  CHECK(carry_out.after == 17);
  CHECK(carry_out.output == "/f");
  CHECK(carry_out.state_dir == "/s");
  CHECK(carry_out.runtime_dir == "/run/chargehook");
  CHECK(std::get<ExportOptions>(read({"journal", "export"}).command).output.empty());
  const auto carry_in = std::get<ImportOptions>(read({"journal", "import", "/f", "--runtime", "/r"}).command);
  CHECK(carry_in.file == "/f");
  CHECK(carry_in.runtime_dir == "/r");
}

TEST_CASE("the clock is shown, set or accepted") {
  const auto clock = [](std::vector<const char*> words) {
    words.insert(words.begin(), "clock");
    return std::get<ClockOptions>(read(std::move(words)).command);
  };
  CHECK(clock({}).action == ClockAction::show);
  CHECK(clock({}).runtime_dir == "/run/chargehook");
  CHECK(clock({"--json"}).json);
  const auto set = clock({"set", "2026-11-24 14:02", "--runtime", "/r"});
  CHECK(set.action == ClockAction::set);
  CHECK(set.time == "2026-11-24 14:02");
  CHECK(set.runtime_dir == "/r");
  CHECK(clock({"accept", "--json"}).action == ClockAction::accept);
  CHECK(clock({"accept", "--json"}).json);
}

TEST_CASE("an exit that was decided on the command line is carried out") {
  CHECK(run_command(Exit{64}) == 64);
  CHECK(run_command(Exit{0}) == 0);
}

TEST_CASE("where no gateway runs, apply and status end with 3") {
  CHECK(api_socket("/run/chargehook") == "/run/chargehook/api.sock");
  CHECK(run_command(ApplyOptions{"/nowhere", false}) == 3);
  CHECK(run_command(StatusOptions{"/nowhere"}) == 3);
  CHECK(run_command(ClockOptions{"/nowhere", ClockAction::show, {}, false}) == 3);
  CHECK(run_command(ClockOptions{"/nowhere", ClockAction::accept, {}, false}) == 3);
  CHECK(run_command(ClockOptions{"/nowhere", ClockAction::set, "yesterday", false}) == 2);
}

}  // namespace
}  // namespace chargehook::cli
