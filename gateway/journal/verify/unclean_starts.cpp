#include "journal/verify/unclean_starts.hpp"

#include <algorithm>

namespace chargehook::journal {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t starts = 3;
constexpr auto within = 10min;

bool is_recent(const BootRow& row, const model::Now& now, const BootUuid& uuid) {
  if (row.boot_uuid == uuid && uuid != BootUuid{}) return now.boot - row.opened_boot <= within;
  return now.wall >= row.opened_wall && now.wall - row.opened_wall <= within;
}

}  // namespace

bool keeps_failing(const std::vector<BootRow>& rows, const model::Now& now, const BootUuid& uuid) {
  if (rows.size() < starts) return false;
  return std::all_of(rows.end() - starts, rows.end(),
                     [&](const BootRow& row) { return !row.clean_stop && is_recent(row, now, uuid); });
}

}  // namespace chargehook::journal
