/// How far a store had come, told in a file beside its folder: whoever puts an older copy of the store back is found
/// out by it. Pure; any thread. docs/formats.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/stream.hpp"

namespace chargehook::journal {

struct Witness {
  std::uint64_t store_id = 0;
  std::uint32_t boot = 0;             ///< index of the newest row in `boots`
  model::Sequence next_sequence = 0;  ///< above all that were given; 0: none was

  bool operator==(const Witness&) const = default;
};

/// Four lines of text.
[[nodiscard]] std::string encode_witness(const Witness& witness);
/// @return nothing for any other text: a witness that cannot be understood says nothing
[[nodiscard]] std::optional<Witness> decode_witness(std::string_view text);

}  // namespace chargehook::journal
