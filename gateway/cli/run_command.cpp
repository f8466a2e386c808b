#include "cli/check_command.hpp"
#include "cli/client_commands.hpp"
#include "cli/clock_commands.hpp"
#include "cli/command_line.hpp"
#include "cli/export_command.hpp"
#include "cli/import_command.hpp"
#include "cli/journal_commands.hpp"
#include "model/result.hpp"

namespace chargehook::cli {

namespace {

int of_main() {
  CHARGEHOOK_ASSERT(!"this command is carried out by main");
  return 1;
}

struct Runner {
  int operator()(const RunOptions&) const { return of_main(); }
  int operator()(const CheckOptions& options) const { return run_check(options); }
  int operator()(const ApplyOptions& options) const { return run_apply(options); }
  int operator()(const StatusOptions& options) const { return run_status(options); }
  int operator()(const VerifyOptions& options) const { return run_verify(options); }
  int operator()(const StatsOptions& options) const { return run_stats(options); }
  int operator()(const ExportOptions& options) const { return run_export(options); }
  int operator()(const ImportOptions& options) const { return run_import(options); }
  int operator()(const ExportStoreOptions&) const { return of_main(); }
  int operator()(const CountStoreOptions&) const { return of_main(); }
  int operator()(const ExamineOptions&) const { return of_main(); }
  int operator()(const SalvageOptions&) const { return of_main(); }
  int operator()(const ClockOptions& options) const { return run_clock(options); }
  int operator()(const Exit& exit) const { return exit.code; }
};

}  // namespace

int run_command(const Command& command) { return std::visit(Runner{}, command); }

}  // namespace chargehook::cli
