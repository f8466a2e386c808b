#include "config/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <variant>

namespace chargehook::config {
namespace {

namespace fs = std::filesystem;

/// Why a file was not read.
struct Problem {
  std::string code;
  std::string message;
  std::string help;
  bool absent = false;
};
using Content = std::variant<std::string, Problem>;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return number_; }

 private:
  int number_;
};

Problem from_errno(int error) {
  Problem out{"E101", std::string("cannot be read: ") + std::strerror(error), "", error == ENOENT};
  if (error == EACCES) out.help = "it has to be readable for the user chargehook: chgrp chargehook, chmod 0640";
  return out;
}

Content read_all(int descriptor, std::size_t bytes_max) {
  std::string text;
  std::array<char, 16 * 1024> buffer{};
  while (true) {
    const ssize_t got = ::read(descriptor, buffer.data(), buffer.size());
    if (got == 0) return text;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return from_errno(errno);
    text.append(buffer.data(), static_cast<std::size_t>(got));
    if (text.size() > bytes_max)
      return Problem{"E102", "larger than " + std::to_string(bytes_max) + " bytes", "split it"};
  }
}

/// O_NONBLOCK, so that a pipe in the folder does not hold us until somebody writes into it.
Content read_file(const fs::path& path, std::size_t bytes_max) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (file.get() < 0) return from_errno(errno);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return from_errno(errno);
  if (!S_ISREG(status.st_mode)) return Problem{"E101", "is not a regular file", "move it out of the configuration"};
  return read_all(file.get(), bytes_max);
}

void complain(Files& files, std::string path, Problem problem, Severity severity = Severity::error) {
  Diagnostic out;
  out.severity = severity;
  out.code = std::move(problem.code);
  out.file = std::move(path);
  out.message = std::move(problem.message);
  out.help = std::move(problem.help);
  files.problems.push_back(std::move(out));
}

/// @param listed the folder has an entry of this name: if it leads nowhere, it is not absent but broken
void read_source(const fs::path& folder, const std::string& path, bool listed, Files& files) {
  Content content = read_file(folder / path, file_bytes_max);
  if (auto* text = std::get_if<std::string>(&content)) {
    files.sources.push_back({path, std::move(*text)});
  } else if (auto& problem = std::get<Problem>(content); listed || !problem.absent) {
    complain(files, path, std::move(problem));
  }
}

/// File names in a folder, sorted; none if the folder is absent.
std::vector<std::string> names_in(const fs::path& folder, const std::string& path, Files& files) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(folder / path, error), end; !error && entry != end; entry.increment(error)) {
    names.push_back(entry->path().filename().string());
    if (names.size() > files_max) {
      complain(files, path, {"E102", "more than " + std::to_string(files_max) + " files in the folder", ""});
      return {};
    }
  }
  if (error && error != std::errc::no_such_file_or_directory) complain(files, path, from_errno(error.value()));
  std::sort(names.begin(), names.end());
  return names;
}

/// Names that somebody meant as .yaml. Hidden files and copies (.bak, .save, .dpkg-old, ~) are nobody's mistake.
bool is_nearly_yaml(std::string_view name) {
  return !name.starts_with('.') && (name.ends_with(".yml") || name.ends_with(".YAML") || name.ends_with(".yaml.txt"));
}

void read_subfolder(const fs::path& folder, const std::string& path, Files& files) {
  for (const std::string& name : names_in(folder, path, files)) {
    const std::string file = path + "/" + name;
    if (name.ends_with(".yaml") && !name.starts_with('.')) {
      read_source(folder, file, true, files);
    } else if (is_nearly_yaml(name)) {
      complain(files, file, {"E112", "the file is not read: its name does not end in .yaml", "rename it"},
               Severity::warning);
    }
  }
}

void read_secrets(const fs::path& folder, Files& files) {
  for (const std::string& name : names_in(folder, "secrets", files)) {
    if (name.starts_with('.')) continue;
    Content content = read_file(folder / "secrets" / name, secret_bytes_max);
    if (auto* text = std::get_if<std::string>(&content)) {
      files.secrets.emplace(name, std::move(*text));
    } else {
      complain(files, "secrets/" + name, std::get<Problem>(std::move(content)));
    }
  }
}

/// Names of zones begin with a capital; the other files there do not, or have a dot in their name.
void read_timezones(const fs::path& zoneinfo, Files& files) {
  std::error_code error;
  for (fs::recursive_directory_iterator entry(zoneinfo, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().lexically_relative(zoneinfo).string();
    const bool is_zone = name.front() >= 'A' && name.front() <= 'Z' && name.find('.') == std::string::npos;
    std::error_code ignored;
    if (entry->is_directory(ignored)) {
      if (!is_zone) entry.disable_recursion_pending();
    } else if (is_zone) {
      files.timezones.push_back(name);
    }
  }
  std::sort(files.timezones.begin(), files.timezones.end());
}

/// Profiles of the package; a machine without any is no error until one is asked for.
void read_shipped_devices(const fs::path& devices, Files& files) {
  Files shipped;
  read_subfolder(devices, ".", shipped);
  const auto absolute = [&](const std::string& path) { return (devices / fs::path(path).filename()).string(); };
  for (Source& source : shipped.sources) {
    files.sources.push_back({absolute(source.path), std::move(source.text)});
  }
  for (Diagnostic& problem : shipped.problems) {
    problem.file = absolute(problem.file);
    files.problems.push_back(std::move(problem));
  }
}

}  // namespace

Files read_folder(const fs::path& folder, const SystemFolders& system) {
  Files files;
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    complain(files, folder.string(), {"E101", "there is no such folder", "give one with --config"});
    return files;
  }
  for (const char* path : {"gateway.yaml", "site.yaml"}) read_source(folder, path, false, files);
  for (const char* path : {"devices.d", "adapters.d", "endpoints.d", "rules.d"}) read_subfolder(folder, path, files);
  read_secrets(folder, files);
  read_timezones(system.zoneinfo, files);
  read_shipped_devices(system.devices, files);
  const auto by_path = [](const Source& a, const Source& b) { return a.path < b.path; };
  std::sort(files.sources.begin(), files.sources.end(), by_path);
  return files;
}

}  // namespace chargehook::config
