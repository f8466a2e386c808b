// Any bytes as a value of any table: as they are, and with a good check in front, so that the fields are reached too.
// Input: table (1 byte), for streams nine and for pend and nmap seventeen bytes of key, then the value without its
// check.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "journal/format/gap_row.hpp"
#include "journal/format/id_row.hpp"
#include "journal/format/imported_row.hpp"
#include "journal/format/nmap_row.hpp"
#include "journal/format/origin_row.hpp"
#include "journal/format/pend_row.hpp"
#include "journal/format/sealed_value.hpp"
#include "journal/format/tables.hpp"
#include "model/result.hpp"

namespace {

namespace journal = chargehook::journal;
namespace model = chargehook::model;

constexpr std::size_t stream_key_bytes = 9;
constexpr std::size_t number_key_bytes = 17;  // of a stream and n
enum class Kind : std::uint8_t {
  number,
  created,
  floor,
  boot,
  type,
  stream,
  kv,
  gap,
  origins,
  id,
  imported,
  pend,
  nmap
};
constexpr std::uint8_t kind_count = 13;

struct Place {
  std::string_view database;
  std::string key;
};

/// @param own_key of tables whose keys say something
Place place_of(Kind kind, std::string_view own_key) {
  switch (kind) {
    case Kind::number:
      return {journal::database::meta, std::string{journal::meta_key::next_sequence_min}};
    case Kind::created:
      return {journal::database::meta, "created"};
    case Kind::floor:
      return {journal::database::meta, "floor/1"};
    case Kind::boot:
      return {journal::database::boots, journal::boot_key(5)};
    case Kind::type:
      return {journal::database::types, journal::type_key(5)};
    case Kind::stream:
      return {journal::database::streams, std::string{own_key}};
    case Kind::kv:
      return {journal::database::kv, "rules/a"};
    case Kind::gap:
      return {journal::database::gaps, journal::gap_key(model::EventClass::state, 5)};
    case Kind::origins:
      return {journal::database::meta, std::string{journal::meta_key::origins}};
    case Kind::id:
      return {journal::database::ids, journal::id_key({20'786, 5, 0, 0})};
    case Kind::imported:
      return {journal::database::imported, journal::imported_key(0xfeed, 5)};
    case Kind::pend:
      return {journal::database::pend, std::string{own_key}};
    case Kind::nmap:
      return {journal::database::nmap, std::string{own_key}};
  }
  return {};
}

/// The value that would be written of what was read; empty if nothing was.
std::string read_and_write(Kind kind, const Place& place, std::string_view value) {
  constexpr auto safety = model::EventClass::safety;
  const auto again = [](const auto& decoded, auto encode) { return decoded ? encode(decoded.value()) : std::string{}; };
  switch (kind) {
    case Kind::number:
      return again(journal::decode_meta_number(place.key, value),
                   [&](auto number) { return journal::encode_meta_number(place.key, number); });
    case Kind::created:
      return again(journal::decode_created(value), journal::encode_created);
    case Kind::floor:
      return again(journal::decode_floor(safety, value), [](auto row) { return journal::encode_floor(safety, row); });
    case Kind::boot:
      return again(journal::decode_boot(5, value), [](const auto& row) { return journal::encode_boot(5, row); });
    case Kind::type:
      return again(journal::decode_type(5, value), [](const auto& text) { return journal::encode_type(5, text); });
    case Kind::stream:
      return again(journal::decode_stream(place.key, value), journal::encode_stream);
    case Kind::kv:
      return again(journal::decode_kv(place.key, value),
                   [&](const auto& text) { return journal::encode_kv(place.key, text); });
    case Kind::gap:
      return again(journal::decode_gap(place.key, value), journal::encode_gap);
    case Kind::origins:
      return again(journal::decode_origins(value), journal::encode_origins);
    case Kind::id:
      return again(journal::decode_id(place.key, value), journal::encode_id);
    case Kind::imported:
      return again(journal::decode_imported(place.key, value), journal::encode_imported);
    case Kind::pend:
      return again(journal::decode_pend(place.key, value), journal::encode_pend);
    case Kind::nmap:
      return again(journal::decode_nmap(place.key, value), journal::encode_nmap);
  }
  return {};
}

void decode(Kind kind, const Place& place, std::string_view value) {
  const std::string again = read_and_write(kind, place, value);
  CHARGEHOOK_ASSERT(again.empty() || again == value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input{reinterpret_cast<const char*>(data), size};
  if (input.empty()) return 0;
  const auto kind = static_cast<Kind>(data[0] % kind_count);
  input.remove_prefix(1);
  std::string_view own_key;
  if (kind == Kind::stream || kind == Kind::pend || kind == Kind::nmap) {
    own_key = input.substr(0, kind == Kind::stream ? stream_key_bytes : number_key_bytes);
    input.remove_prefix(own_key.size());
  }
  const Place place = place_of(kind, own_key);
  decode(kind, place, input);
  if (input.empty()) return 0;
  std::string value = std::string(journal::seal_bytes - 1, '\0').append(input);
  journal::seal(place.database, place.key, value);
  decode(kind, place, value);
  return 0;
}
