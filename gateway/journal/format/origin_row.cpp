#include "journal/format/origin_row.hpp"

#include <algorithm>

#include "journal/format/bytes.hpp"
#include "journal/format/field_range.hpp"
#include "journal/format/sealed_value.hpp"
#include "journal/format/tables.hpp"

namespace chargehook::journal {
namespace {

constexpr std::size_t origin_bytes = 25;

}  // namespace

std::string_view to_string(OriginReason reason) {
  switch (reason) {
    case OriginReason::damage:
      return "damage";
    case OriginReason::machine:
      return "machine";
    case OriginReason::restore:
      return "restore";
  }
  return "";
}

std::uint64_t giver_of(model::Sequence sequence, const std::vector<StoreOrigin>& origins, std::uint64_t store_id) {
  for (const auto& origin : origins) {
    if (origin.reason != OriginReason::damage && sequence <= origin.last_sequence) return origin.store_id;
  }
  return store_id;
}

std::uint64_t store_at(model::Sequence sequence, const std::vector<StoreOrigin>& origins, std::uint64_t store_id) {
  const auto found =
      std::ranges::find_if(origins, [&](const auto& origin) { return sequence <= origin.last_sequence; });
  return found == origins.end() ? store_id : found->store_id;
}

std::string encode_origins(const std::vector<StoreOrigin>& origins) {
  const std::size_t first = origins.size() > origins_max ? origins.size() - origins_max : 0;
  std::string value = begin_value(2 + (origins.size() - first) * origin_bytes);
  ByteWriter out{value};
  out.u16(static_cast<std::uint16_t>(origins.size() - first));
  for (std::size_t index = first; index < origins.size(); ++index) {
    const StoreOrigin& origin = origins[index];
    out.u64(origin.store_id).u64(origin.last_sequence).u8(static_cast<std::uint8_t>(origin.reason));
    out.i64(origin.at.time_since_epoch().count());
  }
  seal(database::meta, meta_key::origins, value);
  return value;
}

model::Result<std::vector<StoreOrigin>> decode_origins(std::string_view value) {
  BOOST_OUTCOME_TRY(const auto body, unseal(database::meta, meta_key::origins, value));
  ByteReader in{body};
  const std::uint16_t count = in.u16();
  std::vector<StoreOrigin> origins;
  bool known = count <= origins_max;
  for (std::size_t index = 0; known && index < count; ++index) {
    StoreOrigin& origin = origins.emplace_back();
    origin.store_id = in.u64();
    origin.last_sequence = in.u64();
    known = read_enum(in, OriginReason::restore, origin.reason);
    origin.at = wall_time(in.i64());
  }
  if (!known || !in.complete()) return malformed(database::meta, meta_key::origins);
  return origins;
}

}  // namespace chargehook::journal
