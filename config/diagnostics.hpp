/// What is wrong with the files, for people and for machines. Codes are stable: docs/errors.md.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace chargehook::config {

enum class Severity { error, warning };

struct Diagnostic {
  Severity severity = Severity::error;
  std::string code;     ///< "E110"
  std::string file;     ///< relative to the configuration folder
  int line = 1;         ///< 1-based
  int column = 1;       ///< 1-based, in characters
  int length = 1;       ///< characters to put carets under, ≥ 1
  std::string message;  ///< one line, no secret
  std::string help;     ///< one line, may be empty
  std::string source;   ///< the line as it is in the file; empty if there is none, or if it may hold a secret

  bool operator==(const Diagnostic&) const = default;
};

/// How many are shown; the rest are counted.
inline constexpr std::size_t shown_max = 50;

/// All diagnostics of one load.
class Diagnostics {
 public:
  void add(Diagnostic diagnostic) { all_.push_back(std::move(diagnostic)); }

  /// By file, line and column; equal ones once.
  void sort();

  [[nodiscard]] const std::vector<Diagnostic>& all() const { return all_; }
  [[nodiscard]] bool has_errors() const { return errors() > 0; }
  [[nodiscard]] std::size_t errors() const;
  [[nodiscard]] std::size_t warnings() const { return all_.size() - errors(); }
  [[nodiscard]] std::size_t files() const;  ///< how many files have any

 private:
  std::vector<Diagnostic> all_;
};

/// "endpoints.d/billing.yaml:3:5: error E110: unknown key "evnts"": the first line of the text form.
[[nodiscard]] std::string headline(const Diagnostic& diagnostic);

/// The headline, the source line (cut to a terminal of 80 columns around the place), carets, `help:`.
/// Control characters of the file are not printed. Ends with a line break.
[[nodiscard]] std::string to_text(const Diagnostic& diagnostic);

/// The first `shown_max` with a blank line between, and how many more there are.
[[nodiscard]] std::string to_text(const Diagnostics& diagnostics);

/// One JSON object a line, for the same ones as `to_text`; a last object {"more": n} if some are left out.
[[nodiscard]] std::string to_json(const Diagnostics& diagnostics);

/// "2 errors, 1 warning in 2 files"; "no errors" if there is nothing.
[[nodiscard]] std::string count_in_words(const Diagnostics& diagnostics);

}  // namespace chargehook::config
