// Any bytes as a log value: as they are, and with a good check in front, so that the fields are reached too.
// Input: class (1 byte), then the value without its check.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "journal/format/bytes.hpp"
#include "journal/format/record.hpp"
#include "journal/format/sealed_value.hpp"
#include "journal/format/tables.hpp"
#include "model/result.hpp"

namespace {

using namespace std::string_view_literals;
namespace journal = chargehook::journal;
namespace model = chargehook::model;

constexpr model::Sequence sequence = 17;

/// What decodes must be what would be written of it: there is one way to write a record.
void decode(model::EventClass event_class, std::string_view value) {
  const auto header = journal::decode_header(event_class, sequence, value);
  const auto record = journal::decode_record(event_class, sequence, value, "session.ended"sv);
  if (!record) return;
  CHARGEHOOK_ASSERT(header.has_value());
  CHARGEHOOK_ASSERT(header.value().ordinal == record.value().ordinal);
  CHARGEHOOK_ASSERT(journal::encode_record(record.value(), header.value().type_id) == value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  if (input.size() < 2) return 0;
  const auto event_class =
      static_cast<model::EventClass>(static_cast<std::uint8_t>(input[0]) % model::event_class_count);
  const std::string_view rest = input.substr(1);
  decode(event_class, rest);
  std::string value = std::string(journal::seal_bytes - 1, '\0').append(rest);
  journal::seal(journal::database::log(event_class), journal::key_u64(sequence), value);
  decode(event_class, value);
  return 0;
}
