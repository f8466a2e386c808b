#include "journal/io/lmdb_environment.hpp"

#include <lmdb.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <utility>
#include <vector>

#include "journal/format/gap_row.hpp"
#include "journal/format/id_row.hpp"
#include "journal/format/imported_row.hpp"
#include "journal/format/nmap_row.hpp"
#include "journal/format/pend_row.hpp"
#include "journal/format/tables.hpp"
#include "journal/io/store_folder.hpp"

namespace chargehook::journal::io {
namespace {

constexpr std::array<std::string_view, table_count> names = {
    database::meta,    database::boots,   database::types,   database::streams,  database::pend,
    database::nmap,    database::gaps,    database::ids,     database::imported, database::kv,
    database::logs[0], database::logs[1], database::logs[2], database::logs[3]};

/// So many tables of a later version may be in a store.
constexpr unsigned unknown_tables_max = 16;

constexpr MDB_dbi free_list_table = 0;
constexpr MDB_dbi root_table = 1;
constexpr std::uint64_t meta_pages = 2;
constexpr std::size_t first_log = 2 + static_cast<std::size_t>(Table::log0);  // among all handles, LMDB's own two first
constexpr mdb_mode_t file_mode = 0640;

MDB_val to_val(std::string_view bytes) { return {bytes.size(), const_cast<char*>(bytes.data())}; }
std::string_view from_val(const MDB_val& val) { return {static_cast<const char*>(val.mv_data), val.mv_size}; }

const char* code_of(int status) {
  switch (status) {
    case MDB_MAP_FULL:
      return "map_full";
    case MDB_NOTFOUND:
      return "not_found";
    case MDB_INVALID:
    case MDB_VERSION_MISMATCH:
      return "not_a_store";
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_CURSOR_FULL:
    case MDB_INCOMPATIBLE:
      return "damaged";
    default:
      return "io";
  }
}

model::Error error(int status, const char* what) {
  return {code_of(status), std::string{what} + ": " + mdb_strerror(status)};
}

model::Result<void> result(int status, const char* what) {
  if (status != MDB_SUCCESS) return error(status, what);
  return model::success();
}

}  // namespace

namespace {

model::Error damaged(const std::string& what) { return {"damaged", what}; }

/// One row of the list of free pages: how many there are, and their numbers, falling. In the machine's own words.
model::Result<void> note_free_pages(std::string_view value, std::vector<bool>& is_free) {
  std::vector<std::size_t> numbers(value.size() / sizeof(std::size_t));
  std::memcpy(numbers.data(), value.data(), numbers.size() * sizeof(std::size_t));
  if (numbers.empty() || value.size() % sizeof(std::size_t) != 0 || numbers.front() != numbers.size() - 1) {
    return damaged("a row of the list of free pages does not have the length it says");
  }
  for (std::size_t index = 1; index < numbers.size(); ++index) {
    const std::size_t number = numbers[index];
    if (number < meta_pages || number >= is_free.size() || is_free[number]) {
      return damaged(
          "the list of free pages names page " + std::to_string(number) +
          (number < is_free.size() ? " twice, or a page that is never free" : ", which the file does not have"));
    }
    is_free[number] = true;
  }
  return model::success();
}

}  // namespace

std::string_view name_of(Table table) { return names.at(static_cast<std::size_t>(table)); }

Table log_table(model::EventClass event_class) {
  return static_cast<Table>(static_cast<int>(Table::log0) + static_cast<int>(event_class));
}

namespace {

/// A page that the file has lost is a SIGBUS when it is touched.
model::Result<void> check_length(MDB_env* handle, const std::string& folder) {
  MDB_envinfo info{};
  MDB_stat stat{};
  BOOST_OUTCOME_TRY(result(mdb_env_info(handle, &info), "mdb_env_info"));
  BOOST_OUTCOME_TRY(result(mdb_env_stat(handle, &stat), "mdb_env_stat"));
  const std::uint64_t needed = (static_cast<std::uint64_t>(info.me_last_pgno) + 1) * stat.ms_psize;
  const std::uint64_t present = file_bytes(folder + "/data.mdb");
  if (present >= needed) return model::success();
  return model::Error{"damaged", "the file ends at " + std::to_string(present) + " bytes, and its pages need " +
                                     std::to_string(needed)};
}

}  // namespace

model::Result<Environment> Environment::open(const std::string& folder, std::uint64_t map_bytes, Access access) {
  MDB_env* handle = nullptr;
  if (const int status = mdb_env_create(&handle); status != MDB_SUCCESS) return error(status, "mdb_env_create");
  Environment environment{handle};
  BOOST_OUTCOME_TRY(result(mdb_env_set_maxdbs(handle, table_count + unknown_tables_max), "mdb_env_set_maxdbs"));
  BOOST_OUTCOME_TRY(result(mdb_env_set_mapsize(handle, static_cast<std::size_t>(map_bytes)), "mdb_env_set_mapsize"));
  const unsigned flags = access == Access::read ? MDB_RDONLY | MDB_NOLOCK : 0;
  BOOST_OUTCOME_TRY(result(mdb_env_open(handle, folder.c_str(), flags, file_mode), "mdb_env_open"));
  BOOST_OUTCOME_TRY(check_length(handle, folder));
  return environment;
}

Environment::Environment(Environment&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)),
      tables_(other.tables_),
      unknown_tables_(std::move(other.unknown_tables_)) {}

Environment::~Environment() {
  if (handle_ != nullptr) mdb_env_close(handle_);
}

model::Result<void> Environment::check_readers() {
  int dead = 0;
  return result(mdb_reader_check(handle_, &dead), "mdb_reader_check");
}

model::Result<Transaction> Transaction::begin(Environment& environment, Access access) {
  MDB_txn* handle = nullptr;
  const unsigned flags = access == Access::read ? MDB_RDONLY : 0;
  BOOST_OUTCOME_TRY(result(mdb_txn_begin(environment.handle_, nullptr, flags, &handle), "mdb_txn_begin"));
  return Transaction{environment, handle};
}

Transaction::Transaction(Transaction&& other) noexcept
    : environment_(other.environment_), handle_(std::exchange(other.handle_, nullptr)) {}

Transaction::~Transaction() {
  if (handle_ != nullptr) mdb_txn_abort(handle_);
}

model::Result<void> Transaction::open_table(Table which, Tables tables) {
  const unsigned flags = tables == Tables::create ? MDB_CREATE : 0;
  MDB_dbi& handle = environment_->tables_[static_cast<std::size_t>(which)];
  return result(mdb_dbi_open(handle_, std::string{name_of(which)}.c_str(), flags, &handle), "mdb_dbi_open");
}

model::Result<void> Transaction::open_tables(Tables tables) {
  std::string_view missing;
  for (std::size_t index = 0; index < table_count; ++index) {
    const auto table = static_cast<Table>(index);
    const auto opened = open_table(table, tables);
    if (opened) continue;
    if (opened.error().code != "not_found") return opened;
    missing = name_of(table);
    const bool may_be_missing = std::ranges::find(later_tables, table) != later_tables.end();
    if (!may_be_missing) return damaged("the table " + std::string{missing} + " is missing");
  }
  BOOST_OUTCOME_TRY(open_unknown_tables());
  // Whoever knew more tables than this version has made all that this version knows.
  if (missing.empty() || environment_->unknown_tables_.empty()) return model::success();
  return damaged("the table " + std::string{missing} + " is missing, and one that nobody knows is there");
}

model::Result<void> Transaction::open_unknown_tables() {
  environment_->unknown_tables_.clear();
  MDB_cursor* handle = nullptr;
  BOOST_OUTCOME_TRY(result(mdb_cursor_open(handle_, root_table, &handle), "mdb_cursor_open"));
  Cursor cursor{handle};
  BOOST_OUTCOME_TRY(auto row, cursor.first());
  while (row) {
    if (std::ranges::find(names, row->key) == names.end()) {
      MDB_dbi table = 0;
      const int status = mdb_dbi_open(handle_, std::string{row->key}.c_str(), 0, &table);
      if (status == MDB_NOTFOUND) return damaged("the list of tables has a row that names none");
      BOOST_OUTCOME_TRY(result(status, "mdb_dbi_open"));
      environment_->unknown_tables_.push_back(table);
    }
    BOOST_OUTCOME_TRY(auto following, cursor.next());
    row = following;
  }
  return model::success();
}

model::Result<std::optional<std::string_view>> Transaction::get(Table which, std::string_view key) {
  MDB_val key_val = to_val(key);
  MDB_val value{};
  const int status = mdb_get(handle_, table(which), &key_val, &value);
  if (status == MDB_NOTFOUND) return std::optional<std::string_view>{};
  if (status != MDB_SUCCESS) return error(status, "mdb_get");
  return std::optional{from_val(value)};
}

model::Result<void> Transaction::put_with(Table which, std::string_view key, std::string_view value, unsigned flags) {
  MDB_val key_val = to_val(key);
  MDB_val value_val = to_val(value);
  return result(mdb_put(handle_, table(which), &key_val, &value_val, flags), "mdb_put");
}

model::Result<void> Transaction::put(Table which, std::string_view key, std::string_view value) {
  return put_with(which, key, value, 0);
}

model::Result<void> Transaction::append(Table which, std::string_view key, std::string_view value) {
  return put_with(which, key, value, MDB_APPEND);
}

model::Result<void> Transaction::erase(Table which, std::string_view key) {
  MDB_val key_val = to_val(key);
  const int status = mdb_del(handle_, table(which), &key_val, nullptr);
  return result(status == MDB_NOTFOUND ? MDB_SUCCESS : status, "mdb_del");
}

model::Result<void> Transaction::erase_all(Table which) {
  constexpr int keep_table = 0;
  return result(mdb_drop(handle_, table(which), keep_table), "mdb_drop");
}

model::Result<Usage> Transaction::usage() {
  Usage usage{.pages_total = 0, .pages_used = meta_pages};
  std::array<MDB_dbi, table_count + 2> handles{free_list_table, root_table};
  std::copy(environment_->tables_.begin(), environment_->tables_.end(), handles.begin() + 2);
  MDB_stat stat{};
  for (std::size_t i = 0; i < handles.size(); ++i) {
    if (i > 0 && handles[i] == free_list_table) continue;  // a table that is not there
    BOOST_OUTCOME_TRY(result(mdb_stat(handle_, handles[i], &stat), "mdb_stat"));
    const std::uint64_t pages = stat.ms_branch_pages + stat.ms_leaf_pages + stat.ms_overflow_pages;
    usage.pages_used += pages;
    if (i >= first_log) usage.log_pages.at(i - first_log) = pages;
  }
  for (const MDB_dbi table : environment_->unknown_tables_) {
    BOOST_OUTCOME_TRY(result(mdb_stat(handle_, table, &stat), "mdb_stat"));
    usage.pages_used += stat.ms_branch_pages + stat.ms_leaf_pages + stat.ms_overflow_pages;
  }
  MDB_envinfo info{};
  BOOST_OUTCOME_TRY(result(mdb_env_info(environment_->handle_, &info), "mdb_env_info"));
  usage.pages_total = info.me_mapsize / stat.ms_psize;
  usage.pages_claimed = info.me_last_pgno + 1;
  return usage;
}

namespace {

struct OldestReader {
  int pid = 0;
  std::size_t transaction = 0;
};

/// Takes one line of LMDB's reader table, "pid thread txnid". Who has no transaction has "-" for its number.
int note_reader(const char* line, void* context) {
  auto& oldest = *static_cast<OldestReader*>(context);
  OldestReader reader;
  std::size_t thread = 0;
  if (std::sscanf(line, "%d %zx %zu", &reader.pid, &thread, &reader.transaction) != 3) return 0;
  if (reader.pid == ::getpid()) return 0;
  if (oldest.pid == 0 || reader.transaction < oldest.transaction) oldest = reader;
  return 0;
}

}  // namespace

model::Result<void> Transaction::find_outside_reader(Usage& usage) {
  OldestReader oldest;
  const int status = mdb_reader_list(environment_->handle_, note_reader, &oldest);
  if (status < 0) return error(status, "mdb_reader_list");
  if (oldest.pid == 0) return model::success();
  BOOST_OUTCOME_TRY(const auto usable, count_free_pages_before(oldest.transaction));
  usage.outside_reader = OutsideReader{oldest.pid, mdb_txn_id(handle_) - oldest.transaction};
  const std::uint64_t not_held = usage.pages_used + usable;
  usage.pages_held = usage.pages_claimed - std::min(usage.pages_claimed, not_held);
  return model::success();
}

/// Of the rows of the list of free pages, each by the transaction that gave them back: these LMDB may use. It takes
/// them from the front, so there are few; where there are many nothing is short of pages, and how many is not asked.
model::Result<std::uint64_t> Transaction::count_free_pages_before(std::uint64_t transaction) {
  constexpr int rows_max = 1000;
  MDB_cursor* handle = nullptr;
  BOOST_OUTCOME_TRY(result(mdb_cursor_open(handle_, free_list_table, &handle), "mdb_cursor_open"));
  Cursor cursor{handle};
  std::uint64_t pages = 0;
  BOOST_OUTCOME_TRY(auto row, cursor.first());
  for (int rows = 0; row && rows < rows_max; ++rows) {
    std::size_t freed_by = 0;
    std::size_t count = 0;
    std::memcpy(&freed_by, row->key.data(), sizeof freed_by);
    std::memcpy(&count, row->value.data(), sizeof count);
    if (freed_by >= transaction) break;
    pages += count;
    BOOST_OUTCOME_TRY(auto following, cursor.next());
    row = following;
  }
  return pages;
}

model::Result<std::uint64_t> Transaction::rows_of(Table which) {
  MDB_stat stat{};
  BOOST_OUTCOME_TRY(result(mdb_stat(handle_, table(which), &stat), "mdb_stat"));
  return stat.ms_entries;
}

model::Result<std::uint64_t> Transaction::pages_of(Table which) {
  MDB_stat stat{};
  BOOST_OUTCOME_TRY(result(mdb_stat(handle_, table(which), &stat), "mdb_stat"));
  return stat.ms_branch_pages + stat.ms_leaf_pages + stat.ms_overflow_pages;
}

model::Result<std::vector<bool>> Transaction::free_pages() {
  MDB_envinfo info{};
  BOOST_OUTCOME_TRY(result(mdb_env_info(environment_->handle_, &info), "mdb_env_info"));
  std::vector<bool> is_free(info.me_last_pgno + 1);
  std::uint64_t free = 0;
  MDB_cursor* handle = nullptr;
  BOOST_OUTCOME_TRY(result(mdb_cursor_open(handle_, free_list_table, &handle), "mdb_cursor_open"));
  Cursor cursor{handle};
  BOOST_OUTCOME_TRY(auto row, cursor.first());
  while (row) {
    BOOST_OUTCOME_TRY(note_free_pages(row->value, is_free));
    free += row->value.size() / sizeof(std::size_t) - 1;
    BOOST_OUTCOME_TRY(auto following, cursor.next());
    row = following;
  }
  BOOST_OUTCOME_TRY(const auto counted, usage());
  if (counted.pages_used + free == is_free.size()) return is_free;
  return damaged("the file has " + std::to_string(is_free.size()) + " pages, of which " +
                 std::to_string(counted.pages_used) + " are in use and " + std::to_string(free) + " free");
}

model::Result<void> Transaction::commit() {
  return result(mdb_txn_commit(std::exchange(handle_, nullptr)), "mdb_txn_commit");
}

model::Result<Cursor> Cursor::open(Transaction& transaction, Table table) {
  MDB_cursor* handle = nullptr;
  BOOST_OUTCOME_TRY(result(mdb_cursor_open(transaction.handle_, transaction.table(table), &handle), "mdb_cursor_open"));
  return Cursor{handle};
}

Cursor::Cursor(Cursor&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}

Cursor::~Cursor() {
  if (handle_ != nullptr) mdb_cursor_close(handle_);
}

Cursor::MaybeRow Cursor::move(int operation, std::string_view key) {
  MDB_val key_val = to_val(key);
  MDB_val value{};
  const int status = mdb_cursor_get(handle_, &key_val, &value, static_cast<MDB_cursor_op>(operation));
  if (status == MDB_NOTFOUND) return std::optional<Row>{};
  if (status != MDB_SUCCESS) return error(status, "mdb_cursor_get");
  return std::optional{Row{from_val(key_val), from_val(value)}};
}

Cursor::MaybeRow Cursor::first() { return move(MDB_FIRST, {}); }
Cursor::MaybeRow Cursor::last() { return move(MDB_LAST, {}); }
Cursor::MaybeRow Cursor::next() { return move(MDB_NEXT, {}); }
Cursor::MaybeRow Cursor::previous() { return move(MDB_PREV, {}); }
Cursor::MaybeRow Cursor::at_or_after(std::string_view key) { return move(MDB_SET_RANGE, key); }

model::Result<void> Cursor::erase() { return result(mdb_cursor_del(handle_, 0), "mdb_cursor_del"); }

}  // namespace chargehook::journal::io
