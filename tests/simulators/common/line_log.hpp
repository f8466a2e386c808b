/// A file of JSON lines that is the truth about what happened, also after a kill: each line is one write to the file
/// before anybody hears of it. Owner: one thread.
#pragma once

#include <string>
#include <string_view>

namespace chargehook::simulators {

class LineLog {
 public:
  LineLog() = default;  ///< writes nowhere until `open`
  ~LineLog();
  LineLog(const LineLog&) = delete;
  LineLog& operator=(const LineLog&) = delete;

  /// For appending; makes the file. Once. Ends the program with a sentence if that fails: nothing works without it.
  void open(const std::string& path);
  [[nodiscard]] bool is_open() const { return file_ >= 0; }
  /// @param line without its line end
  void write(std::string_view line);

 private:
  int file_ = -1;
  std::string path_;
  std::string buffer_;
};

/// The time now as text: "2026-11-24T06:12:09.120Z".
[[nodiscard]] std::string utc_now();

/// Writes `text` to `path` in one step: whoever polls for the file never reads half of it.
void write_whole(const std::string& path, std::string_view text);

/// "name: message: what the system said" to stderr, then exit code 2.
[[noreturn]] void give_up(const std::string& message);

}  // namespace chargehook::simulators
