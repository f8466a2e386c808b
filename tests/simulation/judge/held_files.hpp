/// Billing that was carried out of the store, as a person finds it: the files, read by docs/formats.md. Uses no code of
/// the gateway. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "judge/complaints.hpp"

namespace chargehook::simulation {

struct HeldLine {
  std::uint64_t sequence = 0;
  std::string id;
  std::string reference;  ///< as reference_of gives it
};

/// Its bytes as far as the system can tell them apart without reading. Names are given to whole files, so another file
/// has another number; what a power cut takes from one has to be said: HeldFiles::look_again().
struct HeldStamp {
  std::uint64_t number = 0;  ///< of the file
  std::uint64_t bytes = 0;
  std::int64_t changed_ns = 0;  ///< last change of its bytes
  bool operator==(const HeldStamp&) const = default;
};

class HeldFiles {
 public:
  /// @param data the gateway's data folder
  HeldFiles(std::string data, Complaints& complaints) : data_(std::move(data)), complaints_(complaints) {}

  /// The bytes of files may be others although nobody wrote them: all are read again when one is next asked for.
  void look_again() { is_doubtful_ = true; }

  /// Whether that file is there and holds something, each of its lines sound.
  [[nodiscard]] bool is_there(const std::string& path);

  /// Whether a file holds the event of this sequence.
  [[nodiscard]] bool holds(std::uint64_t sequence, std::string_view id);

  /// Of the event that a source or charger calls so, as far as the files have been read; 0: it is in none.
  [[nodiscard]] std::uint64_t sequence_of(const std::string& reference) const;

  /// Lines of all files with sequences from one to the other.
  [[nodiscard]] std::size_t count(std::uint64_t from, std::uint64_t to);

 private:
  struct File {
    HeldStamp stamp;
    std::vector<HeldLine> lines;
    bool is_there = true;
  };

  void read_all();
  [[nodiscard]] bool look(const std::string& path);
  [[nodiscard]] std::vector<HeldLine> read(const std::string& path);
  void gather();

  std::string data_;
  Complaints& complaints_;
  bool is_doubtful_ = true;
  std::map<std::string, File> files_;                 ///< by path below the data folder
  std::map<std::uint64_t, std::string> id_of_;        ///< by sequence
  std::map<std::string, std::uint64_t> sequence_of_;  ///< by reference
};

/// @return nothing unless the line is sound: its check agrees, and it is of billing that was carried out
[[nodiscard]] std::optional<HeldLine> read_held_line(std::string_view line);

}  // namespace chargehook::simulation
