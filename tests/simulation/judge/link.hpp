/// The chain over the deliveries of a stream, reckoned as a receiver does: h(0) = SHA-256(stream),
/// h(n) = SHA-256(h(n-1), n in eight bytes with the highest first, event id). docs/receivers/receiver.mjs.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace chargehook::simulation {

using Link = std::array<unsigned char, 32>;

[[nodiscard]] Link first_link(std::string_view stream);
[[nodiscard]] Link next_link(const Link& before, std::uint64_t n, std::string_view id);

/// The 16 bytes that are sent, in hexadecimal.
[[nodiscard]] std::string sent_form(const Link& link);

}  // namespace chargehook::simulation
