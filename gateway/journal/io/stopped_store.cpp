#include "journal/io/stopped_store.hpp"

#include <filesystem>
#include <utility>

#include "journal/io/store_start.hpp"

namespace chargehook::journal::io {
namespace {

constexpr std::uint64_t bytes_min = 2 * 4096;  // of any LMDB file: the two pages that say of the others

}  // namespace

model::Result<Environment> open_read_only(const std::string& folder) {
  const std::string file = folder + "/data.mdb";
  const auto named = [&](const model::Error& error) { return model::Error{error.code, file + ": " + error.message}; };
  const std::uint64_t bytes = file_bytes(file);
  if (bytes < bytes_min) return model::Error{"damaged", file + " ends at " + std::to_string(bytes) + " bytes"};
  auto environment = Environment::open(folder, bytes, Access::read);
  if (!environment) return named(environment.error());
  auto transaction = Transaction::begin(environment.value(), Access::read);
  if (!transaction) return named(transaction.error());
  if (const auto known = check_format(transaction.value()); !known) return named(known.error());
  if (const auto opened = transaction.value().open_tables(Tables::must_exist); !opened) return named(opened.error());
  if (const auto kept = transaction.value().commit(); !kept) return named(kept.error());
  return environment;
}

model::Result<Descriptor> lock_stopped(const std::string& folder) {
  std::error_code unreadable;
  const bool exists = std::filesystem::exists(folder + "/data.mdb", unreadable);
  if (unreadable) return model::Error{"io", folder + ": " + unreadable.message()};
  if (!exists) return model::Error{"no_store", "there is no store in " + folder};
  if (!std::filesystem::exists(folder + "/lock", unreadable)) return Descriptor{};
  return lock_folder(folder);
}

model::Result<StoppedStore> open_stopped(const std::string& folder) {
  BOOST_OUTCOME_TRY(auto lock, lock_stopped(folder));
  BOOST_OUTCOME_TRY(auto environment, open_read_only(folder));
  return StoppedStore{std::move(lock), std::move(environment)};
}

}  // namespace chargehook::journal::io
