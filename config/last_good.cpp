#include "config/last_good.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "config/files.hpp"
#include "config/load.hpp"

namespace chargehook::config {
namespace {

namespace fs = std::filesystem;
using model::Error;
using model::Result;

constexpr const char* copy_name = "last-good";
constexpr const char* new_name = "last-good.new";  // being written
constexpr const char* old_name = "last-good.old";  // while the new one takes its place

Error disk_error(const fs::path& path, int error) {
  return {"disk", "the last good configuration is not kept: " + path.string() + ": " + std::strerror(error)};
}

/// Closes its descriptor; nothing else is done with it than write and sync.
class Opened {
 public:
  Opened(const fs::path& path, int flags) : number_(::open(path.c_str(), flags | O_CLOEXEC, 0640)) {}
  ~Opened() {
    if (number_ >= 0) ::close(number_);
  }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;

  [[nodiscard]] bool good() const { return number_ >= 0; }
  [[nodiscard]] bool sync() const { return ::fsync(number_) == 0; }
  [[nodiscard]] bool write(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t done = ::write(number_, text.data(), text.size());
      if (done < 0 && errno == EINTR) continue;
      if (done < 0) return false;
      text.remove_prefix(static_cast<std::size_t>(done));
    }
    return true;
  }

 private:
  int number_;
};

Result<void> sync_folder(const fs::path& folder) {
  const Opened opened(folder, O_RDONLY | O_DIRECTORY);
  if (!opened.good() || !opened.sync()) return disk_error(folder, errno);
  return model::success();
}

Result<void> write_file(const fs::path& path, std::string_view text) {
  const Opened file(path, O_WRONLY | O_CREAT | O_EXCL);
  if (!file.good() || !file.write(text) || !file.sync()) return disk_error(path, errno);
  return model::success();
}

Result<void> make_folder(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return disk_error(path, error.value());
  return model::success();
}

Result<void> move(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (error) return disk_error(to, error.value());
  return model::success();
}

Result<void> write_all(const fs::path& folder, const std::vector<Source>& sources) {
  std::error_code error;
  fs::remove_all(folder, error);
  if (error) return disk_error(folder, error.value());
  BOOST_OUTCOME_TRY(make_folder(folder));
  for (const Source& source : sources) {
    const fs::path path = folder / source.path;
    BOOST_OUTCOME_TRY(make_folder(path.parent_path()));
    BOOST_OUTCOME_TRY(write_file(path, source.text));
  }
  for (const char* inner : {"adapters.d", "endpoints.d", "rules.d"}) {
    if (!fs::exists(folder / inner, error)) continue;
    BOOST_OUTCOME_TRY(sync_folder(folder / inner));
  }
  return sync_folder(folder);
}

/// A folder with something in it cannot be renamed over: the old one steps aside, and is read if the power fails then.
Result<void> put_in_place(const fs::path& state) {
  std::error_code error;
  if (fs::exists(state / copy_name, error)) {
    fs::remove_all(state / old_name, error);
    if (error) return disk_error(state / old_name, error.value());
    BOOST_OUTCOME_TRY(move(state / copy_name, state / old_name));
  }
  BOOST_OUTCOME_TRY(move(state / new_name, state / copy_name));
  BOOST_OUTCOME_TRY(sync_folder(state));
  fs::remove_all(state / old_name, error);  // if it stays it does no harm
  return model::success();
}

}  // namespace

void LastGood::offer(std::string hash, std::vector<Source> sources) {
  offered_hash_ = std::move(hash);
  offered_ = std::move(sources);
  std::erase_if(offered_,
                [](const Source& source) { return is_shipped(source.path); });  // it is there again at the next start
}

Result<void> LastGood::keep(std::string_view hash) {
  if (offered_hash_ != hash) return model::success();
  if (hash_of(read({}).sources) == hash) return model::success();  // no wear for nothing
  BOOST_OUTCOME_TRY(write_all(state_ / new_name, offered_));
  return put_in_place(state_);
}

Files LastGood::read(const Files& now) const {
  std::error_code error;
  Files files;
  for (const char* name : {copy_name, old_name}) {
    if (!fs::is_directory(state_ / name, error)) continue;
    files = read_folder(state_ / name, {});
    break;
  }
  files.secrets = now.secrets;
  files.timezones = now.timezones;
  return files;
}

}  // namespace chargehook::config
