#include "journal/format/bytes.hpp"

#include <array>
#include <limits>

#include "model/result.hpp"

namespace chargehook::journal {
namespace {

std::string big_endian_key(std::uint64_t number, std::size_t width) {
  std::string key(width, '\0');
  for (std::size_t place = width; place-- > 0; number >>= 8) key[place] = static_cast<char>(number & 0xff);
  return key;
}

}  // namespace

ByteWriter& ByteWriter::little_endian(std::uint64_t number, std::size_t width) {
  std::array<char, 8> field;
  for (std::size_t place = 0; place < width; ++place, number >>= 8) field[place] = static_cast<char>(number & 0xff);
  out_.append(field.data(), width);
  return *this;
}

ByteWriter& ByteWriter::bytes(std::string_view text) {
  out_ += text;
  return *this;
}

ByteWriter& ByteWriter::text16(std::string_view text) {
  CHARGEHOOK_ASSERT(text.size() <= std::numeric_limits<std::uint16_t>::max());
  return u16(static_cast<std::uint16_t>(text.size())).bytes(text);
}

ByteWriter& ByteWriter::text32(std::string_view text) {
  CHARGEHOOK_ASSERT(text.size() <= std::numeric_limits<std::uint32_t>::max());
  return u32(static_cast<std::uint32_t>(text.size())).bytes(text);
}

std::uint64_t ByteReader::little_endian(std::size_t width) {
  const std::string_view field = bytes(width);
  std::uint64_t number = 0;
  for (std::size_t place = field.size(); place-- > 0;) {
    number = (number << 8) | static_cast<unsigned char>(field[place]);
  }
  return number;
}

std::string_view ByteReader::bytes(std::size_t count) {
  if (failed_ || count > in_.size()) {
    failed_ = true;
    return {};
  }
  const std::string_view taken = in_.substr(0, count);
  in_.remove_prefix(count);
  return taken;
}

std::string key_u64(std::uint64_t number) { return big_endian_key(number, 8); }
std::string key_u32(std::uint32_t number) { return big_endian_key(number, 4); }

std::uint64_t big_endian(std::string_view bytes) {
  CHARGEHOOK_ASSERT(bytes.size() <= 8);
  std::uint64_t number = 0;
  for (const char byte : bytes) number = (number << 8) | static_cast<unsigned char>(byte);
  return number;
}

}  // namespace chargehook::journal
