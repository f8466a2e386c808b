#include "journal/sequence_end.hpp"

#include <algorithm>
#include <string>

namespace chargehook::journal {

model::Result<model::Sequence> next_sequence(model::Sequence least, const LogEnds& ends) {
  model::Sequence sound = least == 0 ? 0 : least - 1;
  for (const LogEnd& end : ends) sound = std::max(sound, end.last_sound);
  model::Sequence highest = sound;
  for (std::size_t index = 0; index < ends.size(); ++index) {
    const model::Sequence last = ends[index].last;
    if (last > sound && last - sound > sequence_leap) {
      return model::Error{"damaged", "log" + std::to_string(index) + " ends at " + std::to_string(last) +
                                         ", and the highest sequence that can be read is " + std::to_string(sound)};
    }
    highest = std::max(highest, last);
  }
  return highest == 0 ? 0 : highest + 1;
}

model::Sequence first_sequence(model::WallTime now) {
  constexpr std::int64_t year_2026 = 1'767'225'600;
  constexpr model::Sequence per_second = 1'000'000;
  return static_cast<model::Sequence>(std::max(model::unix_seconds(now), year_2026)) * per_second;
}

}  // namespace chargehook::journal
