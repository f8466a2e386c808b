#include "journal/io/held_files.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "journal/io/store_folder.hpp"

namespace chargehook::journal::io {
namespace {

namespace fs = std::filesystem;

model::Error failed(const char* doing, const std::string& path) {
  return {"io", std::string{doing} + ' ' + path + ": " + std::generic_category().message(errno)};
}

std::string folder_in(const std::string& data) { return data + '/' + std::string{held_folder}; }

model::Result<void> make_folder(const std::string& data) {
  const std::string folder = folder_in(data);
  if (::mkdir(folder.c_str(), 0750) != 0 && errno != EEXIST) return failed("making", folder);
  return sync_folder(data);  // also where a run before made it, and died
}

model::Result<void> write_file(const std::string& data, const HeldFile& file) {
  BOOST_OUTCOME_TRY(make_folder(data));
  return replace_file(data + '/' + file.path, *file.text);
}

/// Calls `action` with the path of each file whose name ends so. A folder that is not there, or cannot be read, has
/// none.
void for_each(const std::string& data, std::string_view ending, const auto& action) {
  std::error_code error;
  for (fs::directory_iterator at{folder_in(data), error}; !error && at != fs::directory_iterator{};
       at.increment(error)) {
    if (at->path().filename().string().ends_with(ending)) action(at->path());
  }
}

}  // namespace

std::size_t count_held_files(const std::string& data) {
  std::size_t files = 0;
  for_each(data, ".jsonl", [&](const fs::path&) { ++files; });
  return files;
}

HeldFolder look_at_held_folder(const std::string& data) {
  for_each(data, half_written, [](const fs::path& path) { ::unlink(path.c_str()); });
  std::error_code unused;  // then it is shown as it was given
  const auto absolute = fs::absolute(folder_in(data), unused);
  return {unused ? folder_in(data) : absolute.lexically_normal().string(), count_held_files(data)};
}

HeldFileResult write_held_file(const std::string& data, const HeldFile& file) {
  const auto written = write_file(data, file);
  return {file.path, written ? std::string{} : written.error().message, count_held_files(data)};
}

}  // namespace chargehook::journal::io
