#include "journal/held_file.hpp"

#include "model/event_id.hpp"

namespace chargehook::journal {

std::string held_path(std::uint64_t store_id, model::Sequence first) {
  constexpr std::size_t digits = 20;
  std::string number = std::to_string(first);
  number.insert(0, digits - number.size(), '0');
  return std::string{held_folder} + '/' + model::hex(store_id) + '-' + number + ".jsonl";
}

}  // namespace chargehook::journal
