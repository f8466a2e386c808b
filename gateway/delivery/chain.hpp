/// The chain that links a stream's deliveries: h(0) = SHA-256(stream), h(n) = SHA-256(h(n-1) ‖ n ‖ event id).
/// `n` is hashed as 8 bytes, most significant first. Receivers can recompute it from what they got: docs/receivers/.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "model/stream.hpp"

namespace chargehook::delivery {

/// The opaque name of a stream on the wire: "9f3c5a0b11d2e347/billing/billing/1" (store, endpoint, class, generation).
[[nodiscard]] std::string stream_name(std::uint64_t store_id, std::string_view endpoint, const model::StreamId& id);

[[nodiscard]] model::ChainHash chain_start(std::string_view stream);
[[nodiscard]] model::ChainHash chain_next(const model::ChainHash& previous, std::uint64_t n, std::string_view event_id);

/// The first 16 bytes in lower-case hexadecimal.
[[nodiscard]] std::string chain_text(const model::ChainHash& hash);

}  // namespace chargehook::delivery
