/// LMDB in words of our own: an environment with the tables of format 1, transactions and cursors that end by
/// themselves. The only file pair that includes <lmdb.h>. Decides nothing.
/// Failures are Errors with what LMDB or the system said: "map_full", "not_found" (a table that is missing),
/// "not_a_store" (no LMDB file), "damaged" (its pages contradict each other), "io" (all others).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "journal/batch.hpp"
#include "model/event.hpp"
#include "model/result.hpp"

struct MDB_env;
struct MDB_txn;
struct MDB_cursor;

namespace chargehook::journal::io {

enum class Access : std::uint8_t { read, write };
enum class Tables : std::uint8_t { must_exist, create };

enum class Table : std::uint8_t {
  meta,
  boots,
  types,
  streams,
  pend,
  nmap,
  gaps,
  ids,
  imported,
  kv,
  log0,
  log1,
  log2,
  log3
};
inline constexpr std::size_t table_count = 14;
/// Those that an older version of the program has not made.
inline constexpr std::array later_tables{Table::imported, Table::pend, Table::nmap};
[[nodiscard]] std::string_view name_of(Table table);
[[nodiscard]] Table log_table(model::EventClass event_class);

/// Points into the map; good until the transaction ends or writes.
struct Row {
  std::string_view key;
  std::string_view value;
};

/// One open environment. Closing (the destructor) syncs nothing. Never two of one file in a process.
class Environment {
 public:
  /// @param folder    holds data.mdb and LMDB's own lock.mdb; both are made if missing
  /// @param map_bytes whole pages; not below what the file holds
  /// @param access    `read`: nothing is written, lock.mdb included; the caller holds the folder's lock
  [[nodiscard]] static model::Result<Environment> open(const std::string& folder, std::uint64_t map_bytes,
                                                       Access access = Access::write);
  Environment(Environment&& other) noexcept;
  Environment& operator=(Environment&&) = delete;
  ~Environment();

  /// Frees reader slots of processes that died.
  [[nodiscard]] model::Result<void> check_readers();

 private:
  friend class Transaction;
  friend class Cursor;
  explicit Environment(MDB_env* handle) : handle_(handle) {}

  MDB_env* handle_;
  std::array<unsigned, table_count> tables_{};
  std::vector<unsigned> unknown_tables_;  ///< of a later version: nothing reads them, their pages count
};

/// One transaction on one thread; aborts unless committed. Outlives its cursors.
class Transaction {
 public:
  [[nodiscard]] static model::Result<Transaction> begin(Environment& environment, Access access);
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  /// Before any use of the tables, once per environment, in a transaction that then commits. With `must_exist`
  /// one of `later_tables` that is missing is left out: `has` says so.
  [[nodiscard]] model::Result<void> open_tables(Tables tables);
  [[nodiscard]] model::Result<void> open_table(Table table, Tables tables);
  /// Whether the table is open. A store that was last opened by an older version may be without `later_tables`.
  [[nodiscard]] bool has(Table which) const { return table(which) != 0; }

  [[nodiscard]] model::Result<std::optional<std::string_view>> get(Table table, std::string_view key);
  [[nodiscard]] model::Result<void> put(Table table, std::string_view key, std::string_view value);
  /// `key` is above all keys of the table.
  [[nodiscard]] model::Result<void> append(Table table, std::string_view key, std::string_view value);
  /// A key that is not there is fine.
  [[nodiscard]] model::Result<void> erase(Table table, std::string_view key);
  /// All rows of the table go; it stays.
  [[nodiscard]] model::Result<void> erase_all(Table table);

  /// Counted from the tables, which takes the same time whatever the size: the two meta pages and all pages of all
  /// tables, LMDB's own two among them. What is left of last page + 1 is the free list's.
  [[nodiscard]] model::Result<Usage> usage();

  /// Whether somebody else reads the file, and how many free pages that holds back. Takes the same time whatever the
  /// size.
  /// @param usage as `usage` has counted it; gets pages_held and outside_reader
  [[nodiscard]] model::Result<void> find_outside_reader(Usage& usage);

  /// Rows of one table, as its root counts them.
  [[nodiscard]] model::Result<std::uint64_t> rows_of(Table table);

  /// Pages that one table takes.
  [[nodiscard]] model::Result<std::uint64_t> pages_of(Table table);

  /// Looks at the list of free pages: each is a page of the file, is there once, and no page of the file is neither
  /// free nor in use. While nobody writes.
  /// @return "damaged" with what is wrong
  [[nodiscard]] model::Result<std::vector<bool>> free_pages();

  /// Synced when it returns. The transaction is over, whatever comes of it.
  [[nodiscard]] model::Result<void> commit();

 private:
  friend class Cursor;
  Transaction(Environment& environment, MDB_txn* handle) : environment_(&environment), handle_(handle) {}
  [[nodiscard]] model::Result<void> open_unknown_tables();
  [[nodiscard]] unsigned table(Table table) const { return environment_->tables_[static_cast<std::size_t>(table)]; }
  [[nodiscard]] model::Result<std::uint64_t> count_free_pages_before(std::uint64_t transaction);
  [[nodiscard]] model::Result<void> put_with(Table table, std::string_view key, std::string_view value, unsigned flags);

  Environment* environment_;
  MDB_txn* handle_;
};

/// A place in one table. Each call moves and gives the row there, or nothing past the ends.
class Cursor {
 public:
  using MaybeRow = model::Result<std::optional<Row>>;

  [[nodiscard]] static model::Result<Cursor> open(Transaction& transaction, Table table);
  Cursor(Cursor&& other) noexcept;
  Cursor& operator=(Cursor&&) = delete;
  ~Cursor();

  [[nodiscard]] MaybeRow first();
  [[nodiscard]] MaybeRow last();
  [[nodiscard]] MaybeRow next();
  [[nodiscard]] MaybeRow previous();
  [[nodiscard]] MaybeRow at_or_after(std::string_view key);
  [[nodiscard]] model::Result<void> erase();  ///< the row it is at; then only `first` and the like are allowed

 private:
  friend class Transaction;
  explicit Cursor(MDB_cursor* handle) : handle_(handle) {}
  [[nodiscard]] MaybeRow move(int operation, std::string_view key);

  MDB_cursor* handle_;
};

}  // namespace chargehook::journal::io
