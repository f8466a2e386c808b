#include "journal/format/learned_clock_fields.hpp"

#include "journal/format/field_range.hpp"

namespace chargehook::journal {

void write_learned_clock(ByteWriter& out, const std::optional<model::LearnedClock>& learned) {
  const model::LearnedClock clock = learned.value_or(model::LearnedClock{});
  out.u8(static_cast<std::uint8_t>(clock.quality)).u8(static_cast<std::uint8_t>(clock.source));
  out.i64(clock.offset.count()).i64(clock.learned_at.time_since_epoch().count());
}

bool read_learned_clock(ByteReader& in, std::optional<model::LearnedClock>& learned) {
  model::LearnedClock clock;
  const bool known_quality = read_enum(in, model::TimeQuality::synced, clock.quality);
  const bool known_source = read_enum(in, model::TimeSource::manual, clock.source);
  clock.offset = model::Nanoseconds{in.i64()};
  clock.learned_at = model::BootTime{model::Nanoseconds{in.i64()}};
  if (!known_quality || !known_source || in.failed()) return false;
  if (clock == model::LearnedClock{}) return true;
  learned = clock;
  return clock.quality != model::TimeQuality::unknown && clock.source != model::TimeSource::none;
}

}  // namespace chargehook::journal
