/// A record as a depot stores them, for benches of the journal.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "journal/format/record.hpp"

namespace chargehook::bench {

/// @param data_bytes of the event's data; id, subject, times and check come on top
inline journal::RecordPtr typical_record(model::Sequence sequence, std::size_t data_bytes) {
  auto record = std::make_shared<journal::Record>();
  record->sequence = sequence;
  record->ordinal = sequence;
  record->event.id = "evt_0123456789abcdefghjkmnpqrs";
  record->event.type = "session.updated";
  record->event.subject = "charger/CP-07/evse/1";
  record->event.partition_key = "charger/CP-07";
  record->event.data = std::string(data_bytes, 'x');
  return record;
}

}  // namespace chargehook::bench
