#include "journal/io/used_pages.hpp"

#include <string>
#include <utility>

#include "journal/format/lmdb_page.hpp"

namespace chargehook::journal::io {
namespace {

/// No tree of a journal is deeper: a branch has room for more than a hundred pages below it.
constexpr std::uint16_t depth_max = 16;

/// Its leaves are so few that all are looked at.
constexpr std::uint16_t depth_of_small_table = 2;

constexpr std::uint64_t pages_between_progress = 4096;

/// LMDB's mark of a tree without a page.
constexpr std::uint64_t no_page = UINT64_MAX;

class UsedPages {
 public:
  UsedPages(PageFile& file, const std::vector<bool>& is_free, PagesLookedAt extent,
            const std::function<void()>& progress)
      : file_(file), is_free_(is_free), seen_(is_free.size()), extent_(extent), progress_(progress) {}

  [[nodiscard]] model::Result<void> check_free_list(std::uint64_t root, std::uint16_t depth) {
    if (root == no_page) return model::success();
    if (depth > depth_max) return wrong(root, "is the root of a tree that is deeper than any");
    looks_at_leaves_ = true;
    return check_page(root, depth);
  }

  /// Its tables, too.
  [[nodiscard]] model::Result<void> check(std::uint64_t root, std::uint16_t depth) {
    tables_.push_back({root, depth});
    for (std::size_t next = 0; next < tables_.size(); ++next) {
      BOOST_OUTCOME_TRY(check_tree(tables_[next]));
    }
    return model::success();
  }

 private:
  struct Tree {
    std::uint64_t root;
    std::uint16_t depth;
  };

  [[nodiscard]] static model::Error wrong(std::uint64_t number, const std::string& what) {
    return {"damaged", "page " + std::to_string(number) + " of the file " + what};
  }

  [[nodiscard]] model::Result<void> check_tree(Tree tree) {
    if (tree.root == no_page) return model::success();
    if (tree.depth > depth_max) return wrong(tree.root, "is the root of a tree that is deeper than any");
    is_first_ = tree.root == tables_.front().root;
    looks_at_leaves_ = extent_ == PagesLookedAt::all || tree.depth <= depth_of_small_table;
    return check_page(tree.root, tree.depth);
  }

  [[nodiscard]] model::Result<void> claim(std::uint64_t number) {
    if (number < lmdb_head_pages || number >= is_free_.size()) return wrong(number, "is named, and there is none");
    if (is_free_[number]) return wrong(number, "is free, and a table has it");
    if (seen_[number]) return wrong(number, "is two tables', or twice one's");
    seen_[number] = true;
    return model::success();
  }

  /// @param height 1: a leaf
  [[nodiscard]] model::Result<void> check_page(std::uint64_t number, std::uint16_t height) {
    BOOST_OUTCOME_TRY(claim(number));
    if (height <= 1 && !looks_at_leaves_) return model::success();
    if (++looked_at_ % pages_between_progress == 0 && progress_) progress_();
    const std::string page{file_.page(number)};
    if (page.empty()) return wrong(number, "cannot be read");
    const bool is_kind = height <= 1 ? is_lmdb_leaf(page) : is_lmdb_branch(page);
    if (lmdb_page_number(page) != number || !is_kind) return wrong(number, "is another's, or none of a tree");
    if (!is_laid_out_well(page)) return wrong(number, "has entries that do not fit its header");
    if (height <= 1) return check_entries(number, page);
    for (const auto child : read_lmdb_branch(page)) {
      BOOST_OUTCOME_TRY(check_page(child, static_cast<std::uint16_t>(height - 1)));
    }
    return model::success();
  }

  [[nodiscard]] model::Result<void> check_entries(std::uint64_t number, const std::string& page) {
    for (const auto& entry : read_lmdb_leaf(page)) {
      if (!entry.is_listed) continue;
      if (entry.table && !is_first_) return wrong(number, "has a table among the rows of a table");
      if (entry.table) tables_.push_back({*entry.table, entry.table_depth});
      if (!entry.elsewhere) continue;
      const std::uint64_t pages = (lmdb_page_header_bytes + entry.value_bytes - 1) / lmdb_page_bytes + 1;
      for (std::uint64_t index = 0; index < pages; ++index) {
        BOOST_OUTCOME_TRY(claim(*entry.elsewhere + index));
      }
    }
    return model::success();
  }

  PageFile& file_;
  const std::vector<bool>& is_free_;
  std::vector<bool> seen_;
  PagesLookedAt extent_;
  const std::function<void()>& progress_;
  std::uint64_t looked_at_ = 0;
  bool looks_at_leaves_ = false;
  bool is_first_ = false;  ///< the tree of tables
  std::vector<Tree> tables_;
};

}  // namespace

model::Result<void> check_used_pages(PageFile& file, const std::vector<bool>& is_free, PagesLookedAt extent,
                                     const std::function<void()>& progress) {
  BOOST_OUTCOME_TRY(const auto one, read_lmdb_meta(file.page(0), 0, file.pages()));
  BOOST_OUTCOME_TRY(const auto other, read_lmdb_meta(file.page(1), 1, file.pages()));
  const auto& newest = one.transaction > other.transaction ? one : other;
  UsedPages used{file, is_free, extent, progress};
  BOOST_OUTCOME_TRY(used.check_free_list(newest.free_root, newest.free_depth));
  return used.check(newest.root, newest.depth);
}

}  // namespace chargehook::journal::io
