/// One event as the journal keeps it, and its bytes in format 1.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "model/event.hpp"
#include "model/result.hpp"
#include "model/stream.hpp"

namespace chargehook::journal {

/// Where an imported or salvaged record was before it came into this store.
struct Origin {
  std::uint64_t store_id = 0;
  model::Sequence sequence = 0;

  bool operator==(const Origin&) const = default;
};

/// Stands for the boot in records that were admitted by another store and imported; boots are numbered from 1.
inline constexpr std::uint32_t boot_of_imported = 0;

/// An admitted event: numbered, stamped, immutable.
struct Record {
  model::Sequence sequence = 0;
  model::Ordinal ordinal = 0;  ///< contiguous within the class
  std::uint32_t boot = 0;      ///< index of the boot in which it was admitted, or boot_of_imported
  model::BootTime boot_time;   ///< when it was admitted; 0 of an imported one
  model::WallTime recorded;    ///< the same moment on the wall clock
  model::TimeQuality recorded_quality = model::TimeQuality::unknown;
  model::Event event;
  std::optional<Origin> origin = std::nullopt;  ///< nothing: admitted here

  bool operator==(const Record&) const = default;
};

/// Shared by the writer, the streams and the attempts under way; nobody changes a record.
using RecordPtr = std::shared_ptr<const Record>;

/// The largest value a log may hold; a larger event is refused at admission.
inline constexpr std::size_t record_bytes_max = 64 * 1024;

/// Whether a record of the event is sure not to be larger than that.
[[nodiscard]] bool fits_record(const model::Event& event);

/// Bytes of a log value: check (XXH3-64 over database name, key and the rest), version, fields. docs/formats.md has the
/// table.
/// @param type_id number of the event type in the `types` database
[[nodiscard]] std::string encode_record(const Record& record, std::uint32_t type_id);

/// What a log value says without the parts that only delivery needs.
struct RecordHeader {
  model::Ordinal ordinal = 0;
  std::uint32_t type_id = 0;
};

/// A record whose type is a number yet: its text lies in the `types` database.
struct UntypedRecord {
  Record record;  ///< its event.type is empty
  std::uint32_t type_id = 0;
};

/// Reads a log value back. Any bytes are safe to hand in.
/// @param type text of the type id found in the value; who does not know it yet asks decode_untyped
/// @return Errc "check" if the bytes are not what was written, "version" if written by a newer format
[[nodiscard]] model::Result<Record> decode_record(model::EventClass event_class, model::Sequence sequence,
                                                  std::string_view value, std::string_view type);
[[nodiscard]] model::Result<UntypedRecord> decode_untyped(model::EventClass event_class, model::Sequence sequence,
                                                          std::string_view value);
[[nodiscard]] model::Result<RecordHeader> decode_header(model::EventClass event_class, model::Sequence sequence,
                                                        std::string_view value);

/// Bytes the record will take in the map, roughly; decides when a batch is full.
[[nodiscard]] std::size_t record_size(const Record& record);

}  // namespace chargehook::journal
