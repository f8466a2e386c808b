#include "journal/io/store_creation.hpp"

#include <sys/random.h>

#include <filesystem>
#include <string>

#include "journal/io/lmdb_environment.hpp"
#include "journal/io/store_folder.hpp"
#include "journal/io/store_start.hpp"

namespace chargehook::journal::io {
namespace {

std::string workshop_of(const std::string& folder) { return folder + "/new"; }

}  // namespace

model::Result<std::uint64_t> random_store_id() {
  std::uint64_t id = 0;
  if (::getrandom(&id, sizeof id, 0) != sizeof id) return model::Error{"io", "getrandom gave no bytes"};
  return id;
}

model::Result<NewStore> begin_store(const std::string& folder, std::uint64_t map_bytes,
                                    std::optional<std::uint64_t> store_id, const model::Now& now,
                                    std::uint64_t machine) {
  NewStore made{.folder = workshop_of(folder)};
  std::error_code code;
  std::filesystem::remove_all(made.folder, code);
  std::filesystem::create_directory(made.folder, code);
  if (code) return model::Error{"io", "making " + made.folder + ": " + code.message()};
  if (store_id) {
    made.store_id = *store_id;
  } else {
    BOOST_OUTCOME_TRY(made.store_id, random_store_id());
  }
  BOOST_OUTCOME_TRY(auto environment, Environment::open(made.folder, map_bytes));
  BOOST_OUTCOME_TRY(auto transaction, Transaction::begin(environment, Access::write));
  BOOST_OUTCOME_TRY(write_first_rows(transaction, made.store_id, now, machine));
  BOOST_OUTCOME_TRY(transaction.commit());
  return made;
}

model::Result<void> put_in_place(const std::string& folder) {
  const std::string workshop = workshop_of(folder);
  BOOST_OUTCOME_TRY(move_into_place(workshop + "/data.mdb", folder + "/data.mdb"));
  std::error_code code;
  std::filesystem::remove_all(workshop, code);
  return sync_folder(std::filesystem::absolute(folder).parent_path().string());
}

model::Result<void> create_store(const OpenOptions& options, std::uint64_t map_bytes) {
  BOOST_OUTCOME_TRY(const auto made,
                    begin_store(options.folder, map_bytes, options.store_id, options.now, options.machine));
  BOOST_OUTCOME_TRY(preallocate(made.folder + "/data.mdb", map_bytes));
  return put_in_place(options.folder);
}

}  // namespace chargehook::journal::io
