/// The copy of the configuration that was accepted last: a start with bad files runs on it. Touches files, decides
/// nothing about configuration. One thread at a time. docs/formats.md says how the copy lies on disk.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "config/source.hpp"
#include "model/result.hpp"

namespace chargehook::config {

class LastGood {
 public:
  /// @param state the gateway's state folder; the copy is its folder last-good
  explicit LastGood(std::filesystem::path state) : state_(std::move(state)) {}

  /// Remembers files that were read and found sound, until others are offered.
  void offer(std::string hash, std::vector<Source> sources);

  /// The configuration of this hash runs now: its files, if they were the ones offered, become the copy. Blocks until
  /// they are on the disk; a power cut leaves the old copy or the new one, whole.
  /// @return "disk" and why; the old copy is then still there
  [[nodiscard]] model::Result<void> keep(std::string_view hash);

  /// The copy as read_folder would have read it, with the secrets and time zones of `now`: secrets are never copied.
  /// Without sources if there is no copy.
  [[nodiscard]] Files read(const Files& now) const;

 private:
  std::filesystem::path state_;
  std::string offered_hash_;
  std::vector<Source> offered_;
};

}  // namespace chargehook::config
