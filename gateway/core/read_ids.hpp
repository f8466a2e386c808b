/// Who wants records from the store: the numbers of journal::ReadId, shared out among those who ask.
#pragma once

#include <cstdint>

#include "journal/batch.hpp"

namespace chargehook::core {

enum class ReadKind : std::uint8_t {
  stream,    ///< to deliver them
  eviction,  ///< to let them go
  revision,  ///< to tell them again with the time they should have had
  held,      ///< to write them to a file and let them go
  pending,   ///< to deliver one that its stream's cursor has passed
};

inline constexpr int read_kind_bit = 60;
static_assert(static_cast<std::uint64_t>(ReadKind::pending) < std::uint64_t{1} << (64 - read_kind_bit));

[[nodiscard]] constexpr journal::ReadId make_read_id(ReadKind kind, std::uint64_t number) {
  return journal::ReadId{number | (static_cast<std::uint64_t>(kind) << read_kind_bit)};
}
[[nodiscard]] constexpr ReadKind kind_of(journal::ReadId id) {
  return static_cast<ReadKind>(static_cast<std::uint64_t>(id) >> read_kind_bit);
}

[[nodiscard]] constexpr std::uint64_t number_of(journal::ReadId id) {
  return static_cast<std::uint64_t>(id) & ((std::uint64_t{1} << read_kind_bit) - 1);
}

}  // namespace chargehook::core
