/// Turns a place in one file's text into a Diagnostic with the line it stands on.
#pragma once

#include <string>
#include <string_view>

#include "config/source.hpp"

namespace chargehook::config {

/// What the readers of one file complain to. Owns nothing: both must outlive it.
class Report {
 public:
  Report(const Lines& lines, Diagnostics& diagnostics) : lines_(lines), diagnostics_(diagnostics) {}

  void error(const Place& place, std::string_view code, std::string message, std::string help = {});
  void warning(const Place& place, std::string_view code, std::string message, std::string help = {});

  /// An error on a line that may hold a secret: the line is not shown.
  void error_on_secret(const Place& place, std::string_view code, std::string message, std::string help = {});

  [[nodiscard]] const Lines& lines() const { return lines_; }
  [[nodiscard]] std::size_t errors() const { return errors_; }  ///< added here

 private:
  Diagnostic make(const Place& place, std::string_view code, std::string message, std::string help) const;

  const Lines& lines_;
  Diagnostics& diagnostics_;
  std::size_t errors_ = 0;
};

/// `text` in double quotes, cut to 40 characters and without control characters, for messages.
[[nodiscard]] std::string in_quotes(std::string_view text);

}  // namespace chargehook::config
