#include "journal/format/sealed_value.hpp"

#define XXH_STATIC_LINKING_ONLY  // the hash state on the stack: a check costs no allocation
#include <xxhash.h>

#include <algorithm>

#include "journal/format/bytes.hpp"

namespace chargehook::journal {
namespace {

constexpr std::size_t check_bytes = 8;

std::string place(std::string_view database, std::string_view key) {
  return std::string{database} + " " + printable_key(key);
}

}  // namespace

std::uint64_t value_check(std::string_view database, std::string_view key, std::string_view rest) {
  XXH3_state_t state;
  XXH3_INITSTATE(&state);
  XXH3_64bits_reset(&state);
  for (const std::string_view part : {database, key, rest}) XXH3_64bits_update(&state, part.data(), part.size());
  return XXH3_64bits_digest(&state);
}

std::string begin_value(std::size_t body_bytes) {
  std::string value;
  value.reserve(seal_bytes + body_bytes);
  value.assign(check_bytes, '\0');
  value += static_cast<char>(value_version);
  return value;
}

void seal(std::string_view database, std::string_view key, std::string& value) {
  CHARGEHOOK_ASSERT(value.size() >= seal_bytes);
  std::string check;
  ByteWriter{check}.u64(value_check(database, key, std::string_view{value}.substr(check_bytes)));
  std::copy(check.begin(), check.end(), value.begin());
}

model::Result<std::string_view> unseal(std::string_view database, std::string_view key, std::string_view value) {
  ByteReader reader{value};
  const std::uint64_t check = reader.u64();
  const std::uint8_t version = reader.u8();
  if (reader.failed()) {
    return model::Error{"check", place(database, key) + ": the value is too short to hold its check"};
  }
  if (check != value_check(database, key, value.substr(check_bytes))) {
    return model::Error{"check", place(database, key) + ": the bytes are not those that were written"};
  }
  if (version != value_version) {
    return model::Error{"version", place(database, key) + ": version " + std::to_string(version) +
                                       ", this program reads " + std::to_string(value_version)};
  }
  return value.substr(seal_bytes);
}

model::Error malformed(std::string_view database, std::string_view key) {
  return model::Error{"check", place(database, key) + ": the fields do not make a row of this table"};
}

std::string printable_key(std::string_view key) {
  const auto is_plain = [](char byte) { return byte > ' ' && byte < '\x7f'; };
  if (std::all_of(key.begin(), key.end(), is_plain)) return std::string{key};
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text = "0x";
  for (const char byte : key) {
    text += digits[static_cast<unsigned char>(byte) >> 4];
    text += digits[static_cast<unsigned char>(byte) & 15];
  }
  return text;
}

}  // namespace chargehook::journal
