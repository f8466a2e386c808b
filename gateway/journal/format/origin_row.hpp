/// Stores that this one goes on from, and the machine it belongs to: rows of `meta`. Pure; any thread. docs/formats.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/clock.hpp"
#include "model/result.hpp"
#include "model/stream.hpp"

namespace chargehook::journal {

namespace meta_key {
inline constexpr std::string_view machine = "machine";  ///< u64, a hash of the machine's id; 0: not known
inline constexpr std::string_view origins = "origins";
}  // namespace meta_key

/// Why a store got another id.
enum class OriginReason : std::uint8_t {
  damage,   ///< the file was damaged: what could be read of it was carried over
  machine,  ///< the file came to another machine, as a copy may have
  restore,  ///< an older copy of the file was put back
};
[[nodiscard]] std::string_view to_string(OriginReason reason);

/// One store before this one.
struct StoreOrigin {
  std::uint64_t store_id = 0;
  model::Sequence last_sequence = 0;  ///< the highest that it is known to have given
  OriginReason reason = OriginReason::damage;
  model::WallTime at;  ///< when its id ended

  bool operator==(const StoreOrigin&) const = default;
};

/// The store that has given a sequence which a record of this one bears: where the file came to another machine or
/// was restored, its records kept the numbers that they had.
/// @param origins  the oldest first
/// @param store_id of this store
[[nodiscard]] std::uint64_t giver_of(model::Sequence sequence, const std::vector<StoreOrigin>& origins,
                                     std::uint64_t store_id);

/// The store that had this sequence to give, whatever became of its record: of its streams is what is said of it.
/// @param origins  the oldest first
/// @param store_id of this store
[[nodiscard]] std::uint64_t store_at(model::Sequence sequence, const std::vector<StoreOrigin>& origins,
                                     std::uint64_t store_id);

/// The newest of them fit; older ones are left out.
inline constexpr std::size_t origins_max = 100;

/// @param origins the oldest first
[[nodiscard]] std::string encode_origins(const std::vector<StoreOrigin>& origins);
[[nodiscard]] model::Result<std::vector<StoreOrigin>> decode_origins(std::string_view value);

}  // namespace chargehook::journal
