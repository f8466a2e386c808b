#include "journal/io/page_trees.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

namespace chargehook::journal::io {
namespace {

constexpr std::uint64_t pages_between_progress = 4096;

/// A row has 8 bytes in front of its key, and no key or value of a journal is shorter than 8 and 9 bytes.
constexpr std::uint64_t rows_per_page_max = lmdb_page_bytes / 25;

class Gathering {
 public:
  Gathering(PageFile& file, Salvage& salvage, const std::function<void(std::uint64_t)>& progress)
      : file_(file), salvage_(salvage), progress_(progress), seen_(file.pages()) {}

  /// Of the two states that the file names. Where one of them cannot be right the other may be the older, and where the
  /// two cannot be of one file either may: then nobody knows how far the store had come.
  void follow_newest_state() {
    std::vector<LmdbMeta> states;
    for (std::uint64_t number = 0; number < lmdb_head_pages; ++number) {
      if (const auto meta = read_lmdb_meta(file_.page(number), number, file_.pages())) states.push_back(meta.value());
    }
    std::ranges::sort(states, std::greater{}, &LmdbMeta::transaction);
    const bool is_certain = states.size() == 2 && are_neighbours(states[0], states[1]);
    if (is_certain) states.pop_back();
    if (!is_certain) salvage_.doubt_end();
    for (const auto& state : states) follow(state.root);
    for (std::size_t next = 0; next < tables_.size(); ++next) follow(tables_[next]);
  }

  /// @return whether any byte behind the two first pages is not zero
  bool scan_the_rest() {
    bool any = false;
    for (std::uint64_t number = 0; number < file_.pages(); ++number) {
      if (number % pages_between_progress == 0) progress_(number);
      if (seen_[number]) {
        any = true;
        continue;
      }
      const std::string page{file_.page(number)};
      any = any || (number >= lmdb_head_pages && page.find_first_not_of('\0') != std::string::npos);
      // The further pages of a long value have no header: neither can be right there.
      const bool may_be_leaf =
          page.size() == lmdb_page_bytes && (is_lmdb_leaf(page) || lmdb_page_number(page) == number);
      if (may_be_leaf) take_leaf(page, number, Found::beside);
    }
    return any;
  }

 private:
  void follow(std::uint64_t root) {
    std::vector<std::uint64_t> waiting{root};
    while (!waiting.empty()) {
      const std::uint64_t number = waiting.back();
      waiting.pop_back();
      if (number < 2 || number >= seen_.size() || seen_[number]) continue;
      if (++followed_ % pages_between_progress == 0) progress_(followed_);
      const std::string page{file_.page(number)};
      if (page.empty() || lmdb_page_number(page) != number) continue;
      if (is_lmdb_branch(page)) {
        seen_[number] = true;
        for (const auto child : read_lmdb_branch(page)) waiting.push_back(child);
      } else if (is_lmdb_leaf(page)) {
        seen_[number] = true;
        take_leaf(page, number, Found::in_place);
      }
    }
  }

  void take_leaf(const std::string& page, std::uint64_t number, Found found) {
    const auto entries = read_lmdb_leaf(page);
    for (std::uint32_t index = 0; index < entries.size(); ++index) {
      const LmdbEntry& entry = entries[index];
      const Found where = entry.is_listed ? found : Found::beside;
      if (entry.table) {
        if (where == Found::in_place) {
          tables_.push_back(*entry.table);
          const bool is_possible = entry.table_rows <= file_.pages() * rows_per_page_max;
          if (is_possible) salvage_.take_table(entry.key, entry.table_rows);
        }
      } else if (entry.elsewhere) {
        const std::string value = file_.value(*entry.elsewhere, entry.value_bytes);
        salvage_.take(entry.key, value, where, static_cast<std::uint32_t>(number), index);
      } else {
        salvage_.take(entry.key, entry.value, where, static_cast<std::uint32_t>(number), index);
      }
    }
  }

  PageFile& file_;
  Salvage& salvage_;
  const std::function<void(std::uint64_t)>& progress_;
  std::vector<bool> seen_;
  std::uint64_t followed_ = 0;
  std::vector<std::uint64_t> tables_;  ///< roots
};

}  // namespace

bool gather_rows(PageFile& file, Salvage& salvage, const std::function<void(std::uint64_t pages)>& progress) {
  Gathering gathering{file, salvage, progress};
  gathering.follow_newest_state();
  const bool any = gathering.scan_the_rest();
  salvage.settle();
  return any;
}

bool is_cut_off(PageFile& file) {
  for (std::uint64_t number = 0; number < lmdb_head_pages; ++number) {
    const auto meta = read_lmdb_meta(file.page(number), number, UINT64_MAX);
    if (meta && meta.value().last_page >= file.pages()) return true;
  }
  return false;
}

std::string value_at(PageFile& file, std::uint64_t page, std::uint32_t entry) {
  const std::string bytes{file.page(page)};
  if (bytes.empty()) return {};
  const auto entries = read_lmdb_leaf(bytes);
  if (entry >= entries.size()) return {};
  const LmdbEntry& found = entries[entry];
  return found.elsewhere ? file.value(*found.elsewhere, found.value_bytes) : std::string{found.value};
}

}  // namespace chargehook::journal::io
