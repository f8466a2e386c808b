#include "model/pend.hpp"

#include <xxhash.h>

namespace chargehook::model {

std::uint64_t key_hash(std::string_view partition_key) {
  return XXH3_64bits(partition_key.data(), partition_key.size());
}

}  // namespace chargehook::model
