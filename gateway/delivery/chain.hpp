/// The chain that links a stream's deliveries: h(0) = SHA-256(stream), h(n) = SHA-256(h(n-1) ‖ n ‖ event id).
/// The bytes hashed, exactly: the 32 bytes of h(n-1) (not their text), `n` in 8 bytes, most significant first, and the
/// id as it stands in the event, without quotes. Receivers can recompute it from what they got, beginning with h(0),
/// which is over the text of the attribute `stream`: docs/receivers/. They see the first 16 bytes of each hash.
/// Pure; any thread.
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
