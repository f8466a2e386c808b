#include "journal/format/record.hpp"

#include "journal/format/bytes.hpp"
#include "journal/format/field_range.hpp"
#include "journal/format/lmdb_page.hpp"
#include "journal/format/sealed_value.hpp"
#include "journal/format/tables.hpp"

namespace chargehook::journal {
namespace {

constexpr std::uint8_t encoding_plain = 0;
constexpr std::uint8_t flag_basis_mask = 0b0000'0011;
constexpr std::uint8_t flag_origin = 0b0000'0100;
constexpr std::uint8_t flag_device_time = 0b0000'1000;
constexpr std::uint8_t flags_known = flag_basis_mask | flag_origin | flag_device_time;

constexpr std::size_t fixed_bytes = 56;  // all fields but origin and the bytes of the texts
constexpr std::size_t origin_bytes = 16;

// How LMDB lays a value down: beside its neighbours in a leaf, or, above half a page, on pages of its own.
constexpr std::size_t page_header_bytes = 16;
constexpr std::size_t node_overhead_bytes = 8 + 2 + 8;  // node header, its slot in the page, the key
constexpr std::size_t node_bytes_max = 2038;

std::size_t value_bytes(const Record& record) {
  const model::Event& event = record.event;
  return seal_bytes + fixed_bytes + (record.origin ? origin_bytes : 0) + event.id.size() + event.subject.size() +
         event.partition_key.size() + event.data.size();
}

std::uint8_t flags_of(const Record& record) {
  const auto basis = static_cast<std::uint8_t>(record.event.basis);
  const int time_of = record.event.time_of == model::TimeOf::device ? flag_device_time : 0;
  return static_cast<std::uint8_t>(basis | (record.origin ? flag_origin : 0) | time_of);
}

/// The fields up to the type id, in the order of their bytes; false if one of them is out of its range.
struct Head {
  std::uint8_t encoding = 0;
  std::uint8_t flags = 0;
  bool in_range = true;
  std::uint32_t type_id = 0;
};

Head read_head(ByteReader& in, Record& record) {
  Head head;
  head.encoding = in.u8();
  head.in_range &= read_enum(in, model::EventClass::telemetry, record.event.event_class);
  head.flags = in.u8();
  head.in_range &= read_enum(in, model::Severity::critical, record.event.severity);
  head.in_range &= read_enum(in, model::TimeQuality::synced, record.event.time_quality);
  head.in_range &= read_enum(in, model::TimeQuality::synced, record.recorded_quality);
  record.ordinal = in.u64();
  head.type_id = in.u32();
  const std::uint8_t basis = head.flags & flag_basis_mask;
  head.in_range &= basis <= static_cast<std::uint8_t>(model::Basis::inferred);
  if ((head.flags & flag_device_time) != 0) record.event.time_of = model::TimeOf::device;
  record.event.basis = head.in_range ? static_cast<model::Basis>(basis) : model::Basis::observed;
  return head;
}

void read_tail(ByteReader& in, bool has_origin, Record& record) {
  record.boot = in.u32();
  record.boot_time = boot_time(in.i64());
  record.event.time = wall_time(in.i64());
  record.recorded = wall_time(in.i64());
  if (has_origin) {
    record.origin.emplace();
    record.origin->store_id = in.u64();
    record.origin->sequence = in.u64();
  }
  record.event.id = in.text16();
  record.event.subject = in.text16();
  record.event.partition_key = in.text16();
  record.event.data = in.text32();
}

struct Opened {
  ByteReader tail;
  Head head;
};

/// Verifies a value and reads its head into `record`.
model::Result<Opened> open_record(model::EventClass event_class, model::Sequence sequence, std::string_view value,
                                  Record& record) {
  const std::string_view name = database::log(event_class);
  const std::string key = key_u64(sequence);
  BOOST_OUTCOME_TRY(const auto body, unseal(name, key, value));
  ByteReader in{body};
  const Head head = read_head(in, record);
  if (in.failed()) return malformed(name, key);
  if (head.encoding != encoding_plain || (head.flags & ~flags_known) != 0) {
    return model::Error{"version",
                        std::string{name} + " " + printable_key(key) + ": encoding or flags of a newer format"};
  }
  if (!head.in_range || record.event.event_class != event_class) return malformed(name, key);
  record.sequence = sequence;
  return Opened{in, head};
}

}  // namespace

std::string encode_record(const Record& record, std::uint32_t type_id) {
  const model::Event& event = record.event;
  std::string value = begin_value(value_bytes(record) - seal_bytes);
  ByteWriter out{value};
  out.u8(encoding_plain).u8(static_cast<std::uint8_t>(event.event_class)).u8(flags_of(record));
  out.u8(static_cast<std::uint8_t>(event.severity)).u8(static_cast<std::uint8_t>(event.time_quality));
  out.u8(static_cast<std::uint8_t>(record.recorded_quality)).u64(record.ordinal).u32(type_id).u32(record.boot);
  out.i64(record.boot_time.time_since_epoch().count()).i64(event.time.time_since_epoch().count());
  out.i64(record.recorded.time_since_epoch().count());
  if (record.origin) out.u64(record.origin->store_id).u64(record.origin->sequence);
  out.text16(event.id).text16(event.subject).text16(event.partition_key).text32(event.data);
  seal(database::log(event.event_class), key_u64(record.sequence), value);
  return value;
}

model::Result<RecordHeader> decode_header(model::EventClass event_class, model::Sequence sequence,
                                          std::string_view value) {
  Record record;
  BOOST_OUTCOME_TRY(const auto opened, open_record(event_class, sequence, value, record));
  return RecordHeader{.ordinal = record.ordinal, .type_id = opened.head.type_id};
}

model::Result<UntypedRecord> decode_untyped(model::EventClass event_class, model::Sequence sequence,
                                            std::string_view value) {
  UntypedRecord out;
  BOOST_OUTCOME_TRY(auto opened, open_record(event_class, sequence, value, out.record));
  read_tail(opened.tail, (opened.head.flags & flag_origin) != 0, out.record);
  if (!opened.tail.complete()) return malformed(database::log(event_class), key_u64(sequence));
  out.type_id = opened.head.type_id;
  return out;
}

model::Result<Record> decode_record(model::EventClass event_class, model::Sequence sequence, std::string_view value,
                                    std::string_view type) {
  BOOST_OUTCOME_TRY(auto untyped, decode_untyped(event_class, sequence, value));
  untyped.record.event.type = type;
  return std::move(untyped.record);
}

bool fits_record(const model::Event& event) {
  constexpr std::size_t all_else = 256;
  return event.data.size() + event.subject.size() + event.partition_key.size() + event.id.size() + all_else <=
         record_bytes_max;
}

std::size_t record_size(const Record& record) {
  const std::size_t value = value_bytes(record);
  if (value + node_overhead_bytes <= node_bytes_max) return value + node_overhead_bytes;
  const std::size_t pages = (page_header_bytes + value + lmdb_page_bytes - 1) / lmdb_page_bytes;
  return pages * lmdb_page_bytes + node_overhead_bytes + sizeof(std::uint64_t);
}

}  // namespace chargehook::journal
