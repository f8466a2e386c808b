/// Where an export goes: standard output, or a file that a later export goes on with. One owner at a time writes a
/// file: whoever comes second is refused.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "journal/io/store_folder.hpp"
#include "model/result.hpp"
#include "model/stream.hpp"

namespace chargehook::cli {

class ExportFile {
 public:
  /// The last event that a file holds.
  struct Last {
    std::uint64_t store_id = 0;
    model::Sequence sequence = 0;
  };

  [[nodiscard]] static ExportFile standard_output();

  /// Makes the file, or goes on with it: a half line at its end, left by whoever was killed, is cut off.
  /// @return "not_an_export" if it holds something else: nothing of it is touched; "in_use"; "output"
  [[nodiscard]] static model::Result<ExportFile> open(const std::string& path);

  /// Nothing: it is empty, or standard output.
  [[nodiscard]] const std::optional<Last>& last() const { return last_; }

  /// @param line without its end. @return "output"
  [[nodiscard]] model::Result<void> append(std::string_view line);

  /// All of it is on the disk, and the file's name in its folder too.
  [[nodiscard]] model::Result<void> finish();

 private:
  explicit ExportFile(journal::io::Descriptor file) : file_(std::move(file)) {}
  [[nodiscard]] int number() const;
  [[nodiscard]] model::Result<void> find_end();
  [[nodiscard]] model::Result<void> write_out();
  [[nodiscard]] model::Error failure() const;

  journal::io::Descriptor file_;  ///< none: standard output
  std::string path_;
  std::optional<Last> last_;
  std::string waiting_;  ///< lines not written yet
};

}  // namespace chargehook::cli
