/// Makes a store that goes on from a damaged one, in the folder `new` beside it. The damaged file is only read.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "journal/verify/counting.hpp"
#include "model/clock.hpp"

namespace chargehook::journal::io {

struct SalvageOptions {
  std::string folder;
  std::uint64_t size_bytes = 0;  ///< of the new map; not below that of the damaged file
  model::Now now;
  std::uint64_t machine = 0;              ///< hash of the machine's id; 0: not known
  std::optional<std::uint64_t> store_id;  ///< of the new store; nothing: drawn at random
  Counting counting;
};

/// Tells as journal/verify/examination.hpp says: progress is of records carried over, findings are what is lost.
/// Refuses with "not_a_store" if nothing of ours is in the file although it is whole and not empty, with "format" if a
/// newer program wrote it.
void salvage_store(const SalvageOptions& options, const std::function<void(std::string_view line)>& tell);

}  // namespace chargehook::journal::io
