/// Which deliveries of one stream may go now: per partition key one at a time in order of n, keys side by side.
/// Owner: the stream. One thread. Work per call does not depend on how many wait (the ready heap: its logarithm).
///
/// A delivery is waiting (behind an earlier one of its key), ready, under way, or held back until a moment. All n from
/// the oldest not yet done lie within `window` of each other, which lets the places be a ring.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "model/clock.hpp"

namespace chargehook::delivery {

class KeyOrder {
 public:
  static constexpr std::uint64_t window = 256;

  KeyOrder() = default;
  KeyOrder(KeyOrder&&) = default;  // keys keep their address when the map moves; a copy would point into the original
  KeyOrder& operator=(KeyOrder&&) = default;

  /// A delivery with the next higher n.
  void add(std::uint64_t n, const std::string& key);

  /// The ready one with the lowest n.
  [[nodiscard]] std::optional<std::uint64_t> first_ready() const;

  /// The first ready one is under way from here on.
  void start_first_ready();

  /// Ended well: the next of its key becomes ready.
  void done(std::uint64_t n);

  /// Given up while it was not under way and nothing before it of its key is left: the next of its key becomes ready.
  void drop(std::uint64_t n);

  /// Ended without a verdict on it: ready again.
  void put_back(std::uint64_t n);

  /// Refused for its content: its key waits until `until`.
  void hold_back(std::uint64_t n, model::BootTime until);

  /// Until when `n` is held back; nothing if it is not.
  [[nodiscard]] std::optional<model::BootTime> held_until(std::uint64_t n) const;

  /// `n`, which is held back, and all that wait behind it, rising.
  [[nodiscard]] std::vector<std::uint64_t> behind(std::uint64_t n) const;

  /// Forgets `n`, which is held back, and all that wait behind it.
  void remove_key(std::uint64_t n);

  /// Makes ready what was held back until `now` or earlier.
  void release_due(model::BootTime now);

  /// When the first held-back one becomes due.
  [[nodiscard]] std::optional<model::BootTime> next_release() const;

 private:
  /// The newest of each key: who comes next is appended behind it.
  using Keys = std::unordered_map<std::string, std::uint64_t>;  // for look-ups only: its order means nothing

  struct Place {
    Keys::value_type* key = nullptr;  ///< elements of an unordered_map keep their address
    std::uint64_t next = 0;           ///< the next n of the same key, 0 if none
  };

  [[nodiscard]] Place& place(std::uint64_t n) { return places_[n % window]; }
  [[nodiscard]] const Place& place(std::uint64_t n) const { return places_[n % window]; }

  Keys keys_;
  std::array<Place, window> places_{};
  std::vector<std::uint64_t> ready_;  ///< a heap, lowest n on top
  std::set<std::pair<model::BootTime, std::uint64_t>> held_back_;
};

}  // namespace chargehook::delivery
