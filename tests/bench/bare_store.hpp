/// The least that LMDB can do for a log: append a batch of values under rising keys, and sync.
#pragma once

#include <fcntl.h>
#include <lmdb.h>

#include <cstdint>
#include <filesystem>
#include <string>

#include "journal/format/bytes.hpp"
#include "model/result.hpp"

namespace chargehook::bench {

class BareStore {
 public:
  BareStore(const std::string& folder, std::uint64_t map_bytes) {
    std::filesystem::create_directories(folder);
    check(mdb_env_create(&environment_));
    check(mdb_env_set_maxdbs(environment_, 1));
    check(mdb_env_set_mapsize(environment_, map_bytes));
    check(mdb_env_open(environment_, folder.c_str(), 0, 0600));
    MDB_txn* transaction = nullptr;
    check(mdb_txn_begin(environment_, nullptr, 0, &transaction));
    check(mdb_dbi_open(transaction, "log", MDB_CREATE, &log_));
    check(mdb_txn_commit(transaction));
    mdb_filehandle_t file = 0;
    check(mdb_env_get_fd(environment_, &file));
    check(::posix_fallocate(file, 0, static_cast<off_t>(map_bytes)));
  }
  BareStore(const BareStore&) = delete;
  BareStore& operator=(const BareStore&) = delete;
  ~BareStore() { mdb_env_close(environment_); }

  /// One transaction with `records` times `value`, and without the `trimmed` oldest.
  void commit(const std::string& value, int records, int trimmed = 0) {
    MDB_txn* transaction = nullptr;
    check(mdb_txn_begin(environment_, nullptr, 0, &transaction));
    for (int i = 0; i < records; ++i) {
      std::string key = journal::key_u64(++last_);
      MDB_val key_val{key.size(), key.data()};
      MDB_val value_val{value.size(), const_cast<char*>(value.data())};
      check(mdb_put(transaction, log_, &key_val, &value_val, MDB_APPEND));
    }
    for (int i = 0; i < trimmed; ++i) {
      std::string key = journal::key_u64(++first_);
      MDB_val key_val{key.size(), key.data()};
      check(mdb_del(transaction, log_, &key_val, nullptr));
    }
    check(mdb_txn_commit(transaction));
  }

 private:
  static void check(int status) { CHARGEHOOK_ASSERT(status == 0); }

  MDB_env* environment_ = nullptr;
  MDB_dbi log_ = 0;
  std::uint64_t last_ = 0;
  std::uint64_t first_ = 0;  ///< the last one trimmed
};

}  // namespace chargehook::bench
