#include "cli/command_line.hpp"

#include <CLI/CLI.hpp>
#include <charconv>

namespace chargehook::cli {

namespace {

constexpr int usage_error = 64;  // EX_USAGE of sysexits.h

constexpr const char* description =
    "Edge gateway of an EV-charging depot: readings and events in, signed webhooks out.\n"
    "Start here:  chargehook check   then   chargehook apply";

void add_config_option(CLI::App& command, std::string& folder) {
  command.add_option("--config", folder, "folder of the configuration files")->capture_default_str()->type_name("DIR");
}

void add_state_option(CLI::App& command, std::string& folder) {
  command.add_option("--state", folder, "folder of the journal and of the last good configuration")
      ->capture_default_str()
      ->type_name("DIR");
}

void add_runtime_option(CLI::App& command, std::string& folder) {
  command.add_option("--runtime", folder, "folder of the running gateway's sockets")
      ->capture_default_str()
      ->type_name("DIR");
}

/// `clock`, `clock set TIME`, `clock accept`; the options stand behind any of them.
CLI::App& add_clock(CLI::App& app, ClockOptions& clock) {
  auto& command = *app.add_subcommand("clock", "what time it is, who says so, and what waits for a better answer");
  command.require_subcommand(0, 1);
  command.footer("exit code: 0 the time is known, 1 it is not, 2 refused, 3 no gateway answers");
  auto& set = *command.add_subcommand("set", "set this machine's clock and take it as right (needs root)");
  set.add_option("TIME", clock.time, "\"2026-11-24 14:02\" or 14:02:30, local; 2026-11-24T13:02:00Z")->required();
  set.callback([&clock] { clock.action = ClockAction::set; });
  auto& accept =
      *command.add_subcommand("accept", "say that this machine's clock is right as it is now, until it restarts");
  accept.callback([&clock] { clock.action = ClockAction::accept; });
  for (auto* each : {&command, &set, &accept}) {
    add_runtime_option(*each, clock.runtime_dir);
    each->add_flag("--json", clock.json, "the answer as JSON");
    if (each != &command) each->footer("exit code: 0 done, 2 refused, 3 no gateway answers");
  }
  return command;
}

/// CLI11 alone lets a number below 0 or beyond 64 bits wrap or saturate.
std::string sequence_error(const std::string& text) {
  std::uint64_t number = 0;
  const auto* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  return read.ec == std::errc{} && read.ptr == end ? std::string{} : "a sequence is a whole number from 0: " + text;
}

CLI::App& add_export(CLI::App& journal, ExportOptions& options) {
  auto& command =
      *journal.add_subcommand("export", "write its events as lines of JSON, to be carried to another gateway");
  add_state_option(command, options.state_dir);
  add_runtime_option(command, options.runtime_dir);
  command.add_option("--after", options.after, "only events above this sequence")
      ->type_name("SEQUENCE")
      ->check(sequence_error);
  constexpr auto* output_words = "the file to write; one that is there is gone on with (default: standard output)";
  command.add_option("--output", options.output, output_words)->type_name("FILE");
  command.footer(
      "exit code: 0 all is exported, 1 something does not read well and is left out, 2 the file cannot be written or\n"
      "           holds something else, 3 the journal cannot be looked at, 130 stopped by Ctrl-C: the same goes on");
  return command;
}

CLI::App& add_import(CLI::App& journal, ImportOptions& options) {
  auto& command =
      *journal.add_subcommand("import", "take in the events of an export; what is there already is skipped");
  command.add_option("FILE", options.file, "what `journal export` of another gateway has written")->required();
  add_runtime_option(command, options.runtime_dir);
  command.footer(
      "exit code: 0 done, 1 some lines are refused, 2 the file is unreadable or no export, 3 no gateway answers,\n"
      "           130 stopped by Ctrl-C: the same goes on");
  return command;
}

CLI::App& add_export_store(CLI::App& app, ExportStoreOptions& options) {
  auto& command = *app.add_subcommand("export-store", "")->group("");
  command.add_option("FOLDER", options.folder)->required();
  command.add_option("--after", options.after);
  command.add_option("--store", options.store);
  return command;
}

}  // namespace

Command read_command_line(int argc, const char* const* argv, const std::string& version) {
  CLI::App app{description, "chargehook"};
  app.set_version_flag("--version", "chargehook " + version);
  app.require_subcommand(1);
  Folders folders;
  bool json = false;
  bool strict = false;

  auto& run = *app.add_subcommand("run", "run the gateway until it is told to stop (systemd does this)");
  add_config_option(run, folders.config);
  add_state_option(run, folders.state);
  add_runtime_option(run, folders.runtime);
  run.add_flag("--strict", strict, "with errors in the files do not start on the copy of the last good ones");
  run.footer(
      "exit code: 0 stopped, 1 stopped without the last commit, 2 errors in the files, 3 cannot start, 4 the journal "
      "is damaged: start again");

  auto& check = *app.add_subcommand("check", "read all configuration files and name every error; changes nothing");
  add_config_option(check, folders.config);
  check.add_flag("--json", json, "one JSON object per error");
  check.footer("exit code: 0 clean, 1 warnings, 2 errors");

  auto& apply = *app.add_subcommand("apply", "take edited files into use and say what changed");
  add_runtime_option(apply, folders.runtime);
  apply.add_flag("--json", json, "the answer as JSON");
  apply.footer("exit code: 0 applied, 2 refused (the running configuration stays), 3 no gateway answers");

  auto& status = *app.add_subcommand("status", "what runs, what is wrong and what to do about it");
  add_runtime_option(status, folders.runtime);
  status.add_flag("--json", json, "all of it as JSON");
  status.footer("exit code: 0 all is well, 1 there are problems, 3 no gateway answers");

  auto& journal = *app.add_subcommand(
      "journal", "look into the journal, whether or not the gateway runs, and carry events to another");
  journal.require_subcommand(1);
  auto& verify = *journal.add_subcommand("verify", "read all of it and name every part that is not as it was written");
  auto& stats = *journal.add_subcommand("stats", "what it holds: events, space, streams and how far behind they are");
  for (auto* command : {&verify, &stats}) {
    add_state_option(*command, folders.state);
    add_runtime_option(*command, folders.runtime);
    command->add_flag("--json", json, "all of it as JSON");
  }
  verify.footer("exit code: 0 all is well, 1 something is damaged, 3 it could not be looked at");
  stats.footer("exit code: 0 said, 3 it could not be looked at");

  ExportOptions export_options{{folders.state, folders.runtime, false}, 0, {}};
  const auto& carry_out = add_export(journal, export_options);
  ImportOptions import_options{folders.runtime, {}};
  const auto& carry_in = add_import(journal, import_options);
  ExportStoreOptions export_store;
  const auto& read_out = add_export_store(app, export_store);

  CountStoreOptions count_store;
  auto& count = *app.add_subcommand("count-store", "")->group("");
  count.add_option("FOLDER", count_store.folder)->required();

  ExamineOptions examine;
  auto& look = *app.add_subcommand("examine-store", "")->group("");
  look.add_option("FOLDER", examine.folder)->required();
  look.add_flag("--whole", examine.whole);
  look.add_flag("--locked", examine.locked);

  SalvageOptions salvage;
  auto& rescue = *app.add_subcommand("salvage-store", "")->group("");
  rescue.add_option("FOLDER", salvage.folder)->required();
  rescue.add_option("--size", salvage.size_bytes);
  rescue.add_option("--machine", salvage.machine);
  ClockOptions clock_options;
  clock_options.runtime_dir = folders.runtime;
  const auto& clock = add_clock(app, clock_options);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& stop) {
    return Exit{app.exit(stop) == 0 ? 0 : usage_error};
  }
  if (run.parsed()) return RunOptions{folders, strict};
  if (check.parsed()) return CheckOptions{folders.config, json};
  if (apply.parsed()) return ApplyOptions{folders.runtime, json};
  if (verify.parsed()) return VerifyOptions{{folders.state, folders.runtime, json}};
  if (stats.parsed()) return StatsOptions{{folders.state, folders.runtime, json}};
  if (carry_out.parsed()) return export_options;
  if (carry_in.parsed()) return import_options;
  if (read_out.parsed()) return export_store;
  if (count.parsed()) return count_store;
  if (look.parsed()) return examine;
  if (rescue.parsed()) return salvage;
  if (clock.parsed()) return clock_options;
  return StatusOptions{folders.runtime, json};
}

}  // namespace chargehook::cli
