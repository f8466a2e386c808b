/// The pages of an LMDB 0.9 file, for whoever has to read one that LMDB itself cannot be trusted with. Any bytes are
/// safe to hand in: what lies outside its page is left out. Pure; any thread. Source: lmdb 0.9.24, mdb.c: MDB_page,
/// MDB_node, MDB_meta, MDB_db; 64 bits, little-endian, as on all supported machines.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "model/result.hpp"

namespace chargehook::journal {

inline constexpr std::size_t lmdb_page_bytes = 4096;
inline constexpr std::size_t lmdb_page_header_bytes = 16;
inline constexpr std::uint64_t lmdb_head_pages = 2;  ///< each names a state of the whole file

/// What page 0 or 1 says of the whole file.
struct LmdbMeta {
  std::uint64_t transaction = 0;
  std::uint64_t last_page = 0;
  std::uint64_t root = 0;       ///< of the table of tables; UINT64_MAX: empty
  std::uint16_t depth = 0;      ///< of its tree: 1 is a root that is a leaf
  std::uint64_t free_root = 0;  ///< of the list of free pages
  std::uint16_t free_depth = 0;
};
/// @param number of the page, 0 or 1: a commit writes the one that its own number says, odd or even
/// @param pages  of the file
/// @return what is wrong in words if these bytes are no such page of an environment without flags and with 4 KiB pages
[[nodiscard]] model::Result<LmdbMeta> read_lmdb_meta(std::string_view page, std::uint64_t number, std::uint64_t pages);

/// Whether two sound pages can be of one file: the last commit and the one before it.
[[nodiscard]] bool are_neighbours(const LmdbMeta& one, const LmdbMeta& other);

/// One entry of a leaf.
struct LmdbEntry {
  std::string_view key;
  std::string_view value;                  ///< as far as it lies in this page
  std::uint64_t value_bytes = 0;           ///< of the whole value
  std::optional<std::uint64_t> elsewhere;  ///< first of the pages that hold the value
  std::optional<std::uint64_t> table;      ///< root of the table of this name; UINT64_MAX: empty
  std::uint64_t table_rows = 0;            ///< as the table's root counts them
  std::uint16_t table_depth = 0;           ///< of its tree
  bool is_listed = false;  ///< the page counts it among its own; else it is a guess, or left from an older state of it
};

/// Its own number is in every page's header; on the further pages of a long value there is none.
[[nodiscard]] std::uint64_t lmdb_page_number(std::string_view page);
[[nodiscard]] bool is_lmdb_leaf(std::string_view page);
[[nodiscard]] bool is_lmdb_branch(std::string_view page);

/// Whether the header of a leaf or branch and its entries fit together: LMDB writes where the header says, and does not
/// ask.
[[nodiscard]] bool is_laid_out_well(std::string_view page);

/// All entries that lie inside the page, whatever its header says of their number. One whose flags may be damaged
/// stands there twice: as they say, and not listed as the row it may be.
[[nodiscard]] std::vector<LmdbEntry> read_lmdb_leaf(std::string_view page);

/// The pages below a branch.
[[nodiscard]] std::vector<std::uint64_t> read_lmdb_branch(std::string_view page);

}  // namespace chargehook::journal
