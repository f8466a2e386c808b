#include "journal/io/record_reading.hpp"

#include <utility>

#include "journal/format/tables.hpp"

namespace chargehook::journal::io {

model::Result<Record> RecordReading::decode(model::EventClass event_class, model::Sequence sequence,
                                            std::string_view value) {
  BOOST_OUTCOME_TRY(auto untyped, decode_untyped(event_class, sequence, value));
  BOOST_OUTCOME_TRY(untyped.record.event.type, type_text(untyped.type_id));
  return std::move(untyped.record);
}

model::Result<std::string_view> RecordReading::type_text(std::uint32_t id) {
  if (const auto known = types_.find(id); known != types_.end()) return std::string_view{known->second};
  BOOST_OUTCOME_TRY(const auto value, transaction_.get(Table::types, type_key(id)));
  if (!value) return model::Error{"check", "no event type has the number " + std::to_string(id)};
  BOOST_OUTCOME_TRY(auto text, decode_type(id, *value));
  return std::string_view{types_.emplace(id, std::move(text)).first->second};
}

}  // namespace chargehook::journal::io
