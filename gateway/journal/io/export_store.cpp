#include "journal/io/export_store.hpp"

#include "journal/io/export_reading.hpp"
#include "journal/io/stats_reading.hpp"
#include "journal/io/stopped_store.hpp"
#include "journal/verify/examination.hpp"

namespace chargehook::journal::io {

void export_store(const std::string& folder, ExportRequest request,
                  const std::function<void(std::string_view line)>& tell) {
  const auto refuse = [&](const model::Error& error) { tell(refusal_line(error.code, error.message)); };
  auto store = open_stopped(folder);
  if (!store) return refuse(store.error());
  std::uint64_t total = 0;
  if (const auto stats = read_stats(store.value().environment)) {
    for (const auto& of : stats.value().classes) total += of.records;
  }
  tell(progress_line(0, total, 0));
  for (bool is_last = false; !is_last;) {
    ExportPage page;
    const auto read = read_export(store.value().environment, {}, request, page);
    if (!page.lines.empty()) tell(page.lines);
    if (!read) return refuse(read.error());
    tell(to_text(page.end) + '\n');
    request = {page.end.after, std::nullopt};
    is_last = page.end.is_last;
  }
  tell(end_line());
}

}  // namespace chargehook::journal::io
