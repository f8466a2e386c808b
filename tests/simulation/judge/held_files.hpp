/// Billing that was carried out of the store, as a person finds it: the files, read by docs/formats.md. Uses no code of
/// the gateway. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "judge/complaints.hpp"

namespace chargehook::simulation {

class HeldFiles {
 public:
  /// @param data the gateway's data folder
  HeldFiles(std::string data, Complaints& complaints) : data_(std::move(data)), complaints_(complaints) {}

  /// Whether that file is there and holds something, each of its lines sound.
  [[nodiscard]] bool is_there(const std::string& path);

  /// Whether a file holds the event of this sequence.
  [[nodiscard]] bool holds(std::uint64_t sequence, std::string_view id);

  /// Of the event that a source or charger calls so, as far as the files have been read; 0: it is in none.
  [[nodiscard]] std::uint64_t sequence_of(const std::string& reference) const;

  /// Lines of all files with sequences from one to the other.
  [[nodiscard]] std::size_t count(std::uint64_t from, std::uint64_t to);

 private:
  void read_all();
  void read(const std::string& path);

  std::string data_;
  Complaints& complaints_;
  std::map<std::string, std::size_t> lines_;          ///< by path below the data folder: how many
  std::map<std::uint64_t, std::string> id_of_;        ///< by sequence
  std::map<std::string, std::uint64_t> sequence_of_;  ///< by reference
};

struct HeldLine {
  std::uint64_t sequence = 0;
  std::string id;
  std::string reference;  ///< as reference_of gives it
};

/// @return nothing unless the line is sound: its check agrees, and it is of billing that was carried out
[[nodiscard]] std::optional<HeldLine> read_held_line(std::string_view line);

}  // namespace chargehook::simulation
