/// A store's file in the hands of plain LMDB.
#pragma once

#include <doctest/doctest.h>
#include <lmdb.h>

#include <functional>
#include <string>

#include "store_fixture.hpp"

namespace chargehook::journal::io::test {

/// Opens data.mdb with plain LMDB, as a tool of somebody else would.
inline void with_plain_lmdb(const TemporaryFolder& folder, unsigned flags,
                            const std::function<void(MDB_env*, MDB_txn*)>& use) {
  MDB_env* environment = nullptr;
  MDB_txn* transaction = nullptr;
  REQUIRE(mdb_env_create(&environment) == 0);
  REQUIRE(mdb_env_set_maxdbs(environment, 16) == 0);
  REQUIRE(mdb_env_open(environment, folder.store().c_str(), flags, 0600) == 0);
  REQUIRE(mdb_txn_begin(environment, nullptr, flags & MDB_RDONLY, &transaction) == 0);
  use(environment, transaction);
  REQUIRE(mdb_txn_commit(transaction) == 0);
  mdb_env_close(environment);
}

inline void put_plain(MDB_txn* transaction, const char* database, std::string key, std::string value) {
  MDB_dbi handle = 0;
  REQUIRE(mdb_dbi_open(transaction, database, MDB_CREATE, &handle) == 0);
  MDB_val key_val{key.size(), key.data()};
  MDB_val value_val{value.size(), value.data()};
  REQUIRE(mdb_put(transaction, handle, &key_val, &value_val, 0) == 0);
}

}  // namespace chargehook::journal::io::test
