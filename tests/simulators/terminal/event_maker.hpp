/// Makes the events of one device after the other. Pure; one thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace chargehook::simulators {

/// What all events of a run have in common.
struct Cast {
  std::string name;                ///< CloudEvents source "/<name>"; devices are terminal/<name>-<number>
  std::string run;                 ///< differs from run to run, so that natural ids never come again
  std::vector<std::string> types;  ///< without io.chargehook., taken in turn
  std::size_t note_bytes = 0;      ///< of a text in `data` that says nothing; 0: none
};

struct MadeEvent {
  std::string natural;  ///< the id at its source, in `data` too, so that it is found again at the receiver
  std::string key;      ///< the device
  std::uint64_t index;  ///< 1, 2, 3 … within the device
  std::string type;
  std::string body;  ///< a CloudEvent, structured mode; the same bytes at every try
};

/// @param device number of the device, from 1
/// @param index  number of the event within the device, from 1
/// @param time   RFC 3339
[[nodiscard]] MadeEvent make_event(const Cast& cast, std::uint64_t device, std::uint64_t index,
                                   const std::string& time);

}  // namespace chargehook::simulators
