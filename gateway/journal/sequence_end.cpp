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

}  // namespace chargehook::journal
