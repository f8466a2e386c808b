/// What the configuration folder holds, as values: made by files.hpp from a disk, by tests from literals.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostics.hpp"

namespace chargehook::config {

/// One file as it was read.
struct Source {
  std::string path;  ///< as shown to people, relative to the configuration folder: "endpoints.d/billing.yaml"
  std::string text;  ///< the bytes, whatever they are
};

struct Files {
  std::vector<Source> sources;                 ///< sorted by path
  std::map<std::string, std::string> secrets;  ///< content of secrets/<name> by name; never shown, never hashed
  std::vector<std::string> timezones;          ///< names this machine knows, sorted; empty: only their form is checked
  std::vector<Diagnostic> problems;            ///< what could not be read
};

/// Whether a file is a device profile that came with the package: the only ones with an absolute path.
[[nodiscard]] inline bool is_shipped(std::string_view path) { return path.starts_with('/'); }

/// Which part of the configuration a file belongs to, by its path.
enum class FileKind { gateway, site, devices, adapters, endpoints, rules, unknown };
[[nodiscard]] FileKind kind_of(std::string_view path);

/// A place in the text of a file.
struct Place {
  int line = 1;    ///< 1-based
  int column = 1;  ///< 1-based, in bytes of the clean text
  int length = 1;  ///< bytes to put a caret under, on that line

  bool operator==(const Place&) const = default;
};

/// The text of one file cut into lines, without byte order mark and carriage returns, so that columns are those an
/// editor shows. Any bytes may be in it.
class Lines {
 public:
  explicit Lines(const Source& source);
  Lines(const Lines&) = delete;
  Lines& operator=(const Lines&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] int count() const { return static_cast<int>(lines_.size()); }

  /// @param number 1-based; outside of the file: empty
  [[nodiscard]] std::string_view line(int number) const;

  /// The line from a 1-based byte column on; empty behind its end.
  [[nodiscard]] std::string_view rest(int number, int column) const;

 private:
  std::string path_;
  std::string text_;
  std::vector<std::string_view> lines_;
};

}  // namespace chargehook::config
