#include "terminal/event_maker.hpp"

#include <nlohmann/json.hpp>

namespace chargehook::simulators {

MadeEvent make_event(const Cast& cast, std::uint64_t device, std::uint64_t index, const std::string& time) {
  MadeEvent made;
  made.key = cast.name + '-' + std::to_string(device);
  made.index = index;
  made.natural = cast.run + '/' + made.key + '/' + std::to_string(index);
  made.type = cast.types[(device + index) % cast.types.size()];
  nlohmann::json event = {{"specversion", "1.0"},
                          {"id", made.natural},
                          {"source", '/' + cast.name},
                          {"type", "io.chargehook." + made.type},
                          {"subject", "terminal/" + made.key},
                          {"time", time},
                          {"datacontenttype", "application/json"},
                          {"data",
                           {{"natural", made.natural},
                            {"run", cast.run},
                            {"key", made.key},
                            {"k_index", index},
                            {"reference", "R-" + std::to_string(index)},
                            {"amount_minor", 100 + index % 9900},
                            {"currency", "EUR"}}}};
  if (cast.note_bytes > 0) event["data"]["note"] = std::string(cast.note_bytes, '.');
  made.body = event.dump();
  return made;
}

}  // namespace chargehook::simulators
