#include "journal/io/store_creation.hpp"

#include <sys/random.h>

#include <filesystem>
#include <string>

#include "journal/io/lmdb_environment.hpp"
#include "journal/io/store_folder.hpp"
#include "journal/io/store_start.hpp"

namespace chargehook::journal::io {
namespace {

model::Result<std::uint64_t> random_store_id() {
  std::uint64_t id = 0;
  if (::getrandom(&id, sizeof id, 0) != sizeof id) return model::Error{"io", "getrandom gave no bytes"};
  return id;
}

model::Result<void> write_new_store(const std::string& folder, std::uint64_t map_bytes, std::uint64_t store_id,
                                    const model::Now& now) {
  BOOST_OUTCOME_TRY(auto environment, Environment::open(folder, map_bytes));
  BOOST_OUTCOME_TRY(auto transaction, Transaction::begin(environment, Access::write));
  BOOST_OUTCOME_TRY(write_first_rows(transaction, store_id, now));
  return transaction.commit();
}

}  // namespace

model::Result<void> create_store(const OpenOptions& options, std::uint64_t map_bytes) {
  const std::string workshop = options.folder + "/new";
  std::error_code code;
  std::filesystem::remove_all(workshop, code);
  std::filesystem::create_directory(workshop, code);
  if (code) return model::Error{"io", "making " + workshop + ": " + code.message()};
  std::uint64_t store_id = 0;
  if (options.store_id) {
    store_id = *options.store_id;
  } else {
    BOOST_OUTCOME_TRY(store_id, random_store_id());
  }
  BOOST_OUTCOME_TRY(write_new_store(workshop, map_bytes, store_id, options.now));
  BOOST_OUTCOME_TRY(preallocate(workshop + "/data.mdb", map_bytes));
  BOOST_OUTCOME_TRY(move_into_place(workshop + "/data.mdb", options.folder + "/data.mdb"));
  std::filesystem::remove_all(workshop, code);
  return sync_folder(std::filesystem::absolute(options.folder).parent_path().string());
}

}  // namespace chargehook::journal::io
