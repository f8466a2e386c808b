#include "judge/wire_gap.hpp"

#include <algorithm>
#include <charconv>

#include "judge/wire_event.hpp"

namespace chargehook::simulation {
namespace {

std::uint64_t number_in(std::string_view text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// The number behind `"name":`, which stands without quotes.
std::uint64_t number_member(std::string_view data, std::string_view name) {
  const std::string lead = "\"" + std::string{name} + "\":";
  const auto begin = data.find(lead);
  return begin == std::string_view::npos ? 0 : number_in(data.substr(begin + lead.size()));
}

std::optional<Link> link_in(std::string_view text) {
  Link link{};
  if (text.size() != 2 * link.size()) return std::nullopt;
  for (std::size_t i = 0; i < link.size(); ++i) {
    if (std::from_chars(text.data() + 2 * i, text.data() + 2 * i + 2, link[i], 16).ec != std::errc{}) {
      return std::nullopt;
    }
  }
  return link;
}

std::optional<Loss> loss_in(std::string_view object) {
  const auto before = link_in(text_member(object, "hash_before"));
  const auto after = link_in(text_member(object, "hash_after"));
  if (!before || !after) return std::nullopt;
  return Loss{number_in(text_member(object, "from_n")), number_in(text_member(object, "to_n")), *before, *after};
}

/// The texts of the array `files`, which may be missing.
std::vector<std::string> files_in(std::string_view data) {
  constexpr std::string_view lead = R"("files":[)";
  std::vector<std::string> files;
  const auto begin = data.find(lead);
  if (begin == std::string_view::npos) return files;
  std::string_view list = data.substr(begin + lead.size());
  for (list = list.substr(0, list.find(']')); list.starts_with('"');
       list.remove_prefix(list.starts_with(',') ? 1 : 0)) {
    const auto end = list.find('"', 1);
    files.emplace_back(list.substr(1, end - 1));
    list.remove_prefix(std::min(list.size(), end + 1));
  }
  return files;
}

}  // namespace

std::optional<WireGap> read_wire_gap(std::string_view data) {
  WireGap gap{text_member(data, "stream"),
              text_member(data, "class"),
              text_member(data, "reason"),
              {},
              number_in(text_member(data, "from_sequence")),
              number_in(text_member(data, "to_sequence")),
              number_member(data, "events"),
              files_in(data)};
  const auto begin = data.find("\"ranges\":[");
  if (begin == std::string_view::npos || gap.stream.empty() || gap.reason.empty()) return std::nullopt;
  std::string_view ranges = data.substr(begin, data.find(']', begin) - begin);
  std::uint64_t before = 0;
  for (auto at = ranges.find('{'); at != std::string_view::npos; at = ranges.find('{')) {
    const auto loss = loss_in(ranges.substr(at, ranges.find('}') - at));
    if (!loss || loss->from_n <= before || loss->to_n < loss->from_n) return std::nullopt;
    before = loss->to_n;
    gap.losses.push_back(*loss);
    ranges.remove_prefix(ranges.find('}') + 1);
  }
  const bool is_whole = !gap.losses.empty() && number_in(text_member(data, "from_n")) == gap.losses.front().from_n &&
                        number_in(text_member(data, "to_n")) == before && gap.from_sequence <= gap.to_sequence;
  return is_whole ? std::optional{gap} : std::nullopt;
}

}  // namespace chargehook::simulation
