#include "store_child.hpp"

#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <string_view>

#include "api/store_json.hpp"
#include "core/stream_counting.hpp"
#include "journal/format/export_line.hpp"
#include "journal/io/examine_store.hpp"
#include "journal/io/export_store.hpp"
#include "journal/io/salvage_store.hpp"
#include "journal/io/stats_reading.hpp"
#include "journal/io/stopped_store.hpp"
#include "journal/verify/examination.hpp"
#include "runtime/system_clock.hpp"

namespace chargehook {
namespace {

/// At once: what has been said stays said if the next page ends this process.
void say(std::string_view line) {
  while (!line.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, line.data(), line.size());
    if (written <= 0) ::_exit(1);
    line.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

int examine_store(const cli::ExamineOptions& options) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  journal::io::ExamineOptions examine;
  examine.folder = options.folder;
  examine.extent = options.whole ? journal::io::Extent::whole : journal::io::Extent::ends;
  examine.is_locked = options.locked;
  examine.counting = core::stream_counting();
  examine.now = runtime::read_clocks();
  examine.boot_uuid = runtime::read_boot_uuid();
  journal::io::examine_store(examine, say);
  return 0;
}

int export_store(const cli::ExportStoreOptions& options) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  journal::ExportRequest request{options.after, std::nullopt};
  if (!options.store.empty()) request.of_store = journal::parse_store_id(options.store);
  journal::io::export_store(options.folder, request, say);
  return 0;
}

int count_store(const cli::CountStoreOptions& options) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  auto store = journal::io::open_stopped(options.folder);
  const auto stats =
      store ? journal::io::read_stats(store.value().environment) : model::Result<journal::StoreStats>{store.error()};
  say(stats ? api::store_stats_json(stats.value()) + "\n"
            : journal::refusal_line(stats.error().code, stats.error().message));
  return 0;
}

int salvage_store(const cli::SalvageOptions& options) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  journal::io::SalvageOptions salvage;
  salvage.folder = options.folder;
  salvage.size_bytes = options.size_bytes;
  salvage.now = runtime::read_clocks();
  salvage.machine = options.machine;
  salvage.counting = core::stream_counting();
  journal::io::salvage_store(salvage, say);
  return 0;
}

}  // namespace chargehook
