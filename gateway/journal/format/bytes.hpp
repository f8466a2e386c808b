/// The bytes of format 1: little-endian fields in values, big-endian numbers in keys. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace chargehook::journal {

/// Appends fields to a text that it does not own.
class ByteWriter {
 public:
  explicit ByteWriter(std::string& out) : out_(out) {}

  ByteWriter& u8(std::uint8_t number) { return little_endian(number, 1); }
  ByteWriter& u16(std::uint16_t number) { return little_endian(number, 2); }
  ByteWriter& u32(std::uint32_t number) { return little_endian(number, 4); }
  ByteWriter& u64(std::uint64_t number) { return little_endian(number, 8); }
  ByteWriter& i64(std::int64_t number) { return u64(static_cast<std::uint64_t>(number)); }
  ByteWriter& bytes(std::string_view text);
  ByteWriter& text16(std::string_view text);  ///< length in 16 bits, then the bytes; a longer text is a bug: asserted
  ByteWriter& text32(std::string_view text);  ///< length in 32 bits, then the bytes

 private:
  ByteWriter& little_endian(std::uint64_t number, std::size_t width);

  std::string& out_;
};

/// Takes fields from bytes that anybody may have written. Where bytes are missing it fails, stays failed, and gives
/// zeros and empty texts, so a decoder reads all its fields first and asks `complete()` once. Texts point into `in`.
class ByteReader {
 public:
  explicit ByteReader(std::string_view in) : in_(in) {}

  std::uint8_t u8() { return static_cast<std::uint8_t>(little_endian(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(little_endian(2)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(little_endian(4)); }
  std::uint64_t u64() { return little_endian(8); }
  std::int64_t i64() { return static_cast<std::int64_t>(u64()); }
  std::string_view bytes(std::size_t count);
  std::string_view text16() { return bytes(u16()); }
  std::string_view text32() { return bytes(u32()); }

  /// Nothing was missing and nothing is left.
  [[nodiscard]] bool complete() const { return !failed_ && in_.empty(); }
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  std::uint64_t little_endian(std::size_t width);

  std::string_view in_;
  bool failed_ = false;
};

/// Keys sort as their numbers do, and any tool can read them.
[[nodiscard]] std::string key_u64(std::uint64_t number);
[[nodiscard]] std::string key_u32(std::uint32_t number);

/// Reads a big-endian number of 1 to 8 bytes.
[[nodiscard]] std::uint64_t big_endian(std::string_view bytes);

}  // namespace chargehook::journal
