#include "journal/format/boot_rows.hpp"

#include <algorithm>
#include <iterator>
#include <set>

namespace chargehook::journal {
namespace {

using Place = BootRows::const_iterator;

bool is_of_one_boot(const BootRow& left, const BootRow& right) {
  return left.boot_uuid != BootUuid{} && left.boot_uuid == right.boot_uuid;
}

/// Behind the last opening of the boot of the machine that begins at `first`.
Place end_of_boot(Place first, Place end) {
  return std::find_if(std::next(first), end,
                      [first](const auto& row) { return !is_of_one_boot(first->second, row.second); });
}

void keep_boot(Place first, Place end, std::set<std::uint32_t>& kept) {
  kept.insert(first->first);
  kept.insert(std::prev(end)->first);
  for (Place row = end; row != first;) {
    --row;
    if (!row->second.learned) continue;
    kept.insert(row->first);
    return;
  }
}

}  // namespace

std::vector<std::uint32_t> boots_to_drop(const BootRows& rows, std::optional<std::uint32_t> oldest) {
  if (rows.size() <= boots_always_kept) return {};
  std::set<std::uint32_t> kept;
  for (Place first = rows.begin(); first != rows.end();) {
    const Place end = end_of_boot(first, rows.end());
    const bool is_too_old = oldest && end != rows.end() && end->first <= *oldest;
    if (!is_too_old) keep_boot(first, end, kept);
    first = end;
  }
  const auto by_known = [](const auto& left, const auto& right) {
    return newest_known(left.second) < newest_known(right.second);
  };
  kept.insert(std::max_element(rows.begin(), rows.end(), by_known)->first);

  std::vector<std::uint32_t> out;
  const Place newest = std::prev(rows.end(), boots_always_kept);
  for (Place row = rows.begin(); row != newest; ++row) {
    if (!kept.contains(row->first)) out.push_back(row->first);
  }
  return out;
}

bool is_boot_known(const BootRows& rows, std::uint32_t boot) {
  const auto after = rows.lower_bound(boot);
  if (after == rows.end()) return false;
  if (after->first == boot) return true;
  return after != rows.begin() && is_of_one_boot(std::prev(after)->second, after->second);
}

}  // namespace chargehook::journal
