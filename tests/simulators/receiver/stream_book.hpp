/// What has come of each stream: numbers without holes, the chain, the order per device. Pure; one thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "receiver/verdict.hpp"

namespace chargehook::simulators {

/// How far numbers may come out of order.
inline constexpr std::uint64_t window = 256;

/// The place of one delivery, out of its signed body.
struct Place {
  std::string stream;
  std::uint64_t n = 0;
  std::string id;
  std::string hash;      ///< first 16 bytes of h(n), hexadecimal
  std::string prevhash;  ///< the same of h(n-1)
  std::string partition_key;
};

/// One stream from its number 1 on.
class Stream {
 public:
  explicit Stream(std::string_view name);

  /// @return good, redelivered, repeated, or what is wrong with it
  Verdict take(const Place& place);

  /// This event was refused for its content: until every number has come that it holds up, holes are no loss.
  void refuse(std::uint64_t n);

  /// All numbers up to this have come.
  [[nodiscard]] std::uint64_t complete_to() const { return complete_to_; }
  /// How many have come above a hole.
  [[nodiscard]] std::size_t above_hole() const { return ahead_.size(); }

 private:
  struct Link {
    std::string id;
    std::string hash;
    std::string prevhash;
  };
  [[nodiscard]] bool has(std::uint64_t n) const { return n <= complete_to_ || ahead_.contains(n); }
  void remember(std::uint64_t n, std::uint64_t fingerprint);
  bool follow_links();
  bool is_next_link(std::uint64_t n, const Link& link);

  std::uint64_t complete_to_ = 0;
  std::array<unsigned char, 32> hash_;     ///< h(complete_to_), worked out from the ids
  std::map<std::uint64_t, Link> ahead_;    ///< at most `window`, but for what a refusal holds up
  std::set<std::uint64_t> refused_;        ///< and not taken since
  bool is_patient_ = false;                ///< something was refused, and not all has come since
  std::vector<std::uint64_t> id_at_;       ///< fingerprint of the id at n - 1; 0: not come
  std::unordered_set<std::uint64_t> ids_;  ///< fingerprints
  std::unordered_map<std::string, std::uint64_t> last_of_device_;
};

/// All streams that have been seen, by name.
class StreamBook {
 public:
  Verdict take(const Place& place);
  /// Answered with a refusal of this one event.
  void refuse(const Place& place);
  [[nodiscard]] const std::map<std::string, Stream, std::less<>>& streams() const { return streams_; }
  /// Nothing that has come is above a hole.
  [[nodiscard]] bool is_complete() const;

 private:
  Stream& stream(const std::string& name);

  std::map<std::string, Stream, std::less<>> streams_;
};

}  // namespace chargehook::simulators
