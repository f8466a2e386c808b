#include <algorithm>
#include <array>
#include <charconv>

#include "config/sections.hpp"

namespace chargehook::config {
namespace {

constexpr Bounds<double> power_bounds{1.0, 10e6};
constexpr Bounds<std::int64_t> evse_bounds{1, 99};
constexpr std::size_t identity_bytes_max = 48;
constexpr std::size_t row_max = 1000;

/// What OCPP allows in an identity and what is safe in a log line, a URL and a subject. Source: OCPP 2.0.1 part 4 §3.
bool is_identity(std::string_view text) {
  constexpr std::string_view allowed = "*-_=+|@.";
  return !text.empty() && text.size() <= identity_bytes_max && std::ranges::all_of(text, [&](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || allowed.find(c) != std::string_view::npos;
  });
}

std::size_t digits_at_end(std::string_view text) {
  const auto last = text.find_last_not_of("0123456789");
  return last == std::string_view::npos ? text.size() : text.size() - last - 1;
}

/// "BUS-001 to BUS-060" as its ids; empty if the two ends do not fit each other.
std::vector<std::string> expand_row(std::string_view first, std::string_view last) {
  const auto width = digits_at_end(first);
  const auto prefix = first.substr(0, first.size() - width);
  if (width == 0 || width > 9 || last.size() != first.size() || !last.starts_with(prefix)) return {};
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  std::from_chars(first.data() + prefix.size(), first.data() + first.size(), from);
  const auto read = std::from_chars(last.data() + prefix.size(), last.data() + last.size(), to);
  if (read.ptr != last.data() + last.size() || to < from || to - from >= row_max) return {};
  std::vector<std::string> ids;
  for (auto number = from; number <= to; ++number) {
    const auto digits = std::to_string(number);
    ids.push_back(std::string{prefix} + std::string(width - std::min(width, digits.size()), '0') + digits);
  }
  return ids;
}

std::vector<Text> read_identities(MapReader& item) {
  const auto row = item.text("ids", Need::optional);
  const auto one = item.text("id", row ? Need::optional : Need::required);
  if (row && one) {
    item.error(row->place, "E152", "a charger has either id or ids", "delete one of the two lines");
    return {};
  }
  const Text& written = row ? *row : one ? *one : Text{};
  if (!row && !one) return {};
  std::vector<std::string> ids{written.text};
  if (const auto to = written.text.find(" to "); row && to != std::string::npos) {
    ids = expand_row(std::string_view{written.text}.substr(0, to), std::string_view{written.text}.substr(to + 4));
  }
  if (ids.empty() || !std::ranges::all_of(ids, is_identity)) {
    item.error(written.place, "E153", in_quotes(written.text) + " is no charger id",
               row ? "a row is written as BUS-001 to BUS-060, at most 1000 of them"
                   : "letters, digits and * - _ = + | @ . as in the charger's own settings, at most 48");
    return {};
  }
  std::vector<Text> out;
  for (auto& id : ids) out.push_back({std::move(id), written.place});
  return out;
}

model::Evse read_evse(MapReader& item, const std::vector<model::Evse>& before) {
  model::Evse evse;
  if (const auto number = item.integer("evse", Need::required, evse_bounds)) {
    evse.number = static_cast<int>(*number);
    if (std::ranges::find(before, evse.number, &model::Evse::number) != before.end()) {
      item.error(item.text("evse", Need::required)->place, "E140",
                 "evse " + std::to_string(evse.number) + " is given twice",
                 "the places of a charger are numbered 1, 2, …");
    }
  }
  if (auto id = item.text("evse_id", Need::optional)) evse.evse_id = std::move(id->text);
  if (auto plug = item.name("plug", Need::optional)) evse.plug = std::move(plug->text);
  evse.max_power_w = item.quantity("max_power", Need::optional, model::Quantity::power, "22 kW", power_bounds);
  item.finish();
  return evse;
}

}  // namespace

void read_charger(MapReader& item, Draft& draft) {
  const auto ids = read_identities(item);
  model::Charger charger;
  if (auto name = item.free_text("name", Need::optional)) charger.name = std::move(name->text);
  if (const auto circuit = item.name("fed_by", Need::optional)) {
    charger.circuit = circuit->text;
    draft.references.push_back({*circuit, item.report().lines().path(), {}});
  }
  charger.max_power_w = item.quantity("max_power", Need::optional, model::Quantity::power, "22 kW", power_bounds);
  for (MapReader& evse : item.maps("evses", Need::optional)) charger.evses.push_back(read_evse(evse, charger.evses));
  if (charger.evses.empty()) charger.evses.emplace_back();
  item.finish();
  for (const auto& id : ids) {
    if (!draft.names.claim("charger", id, item.report())) continue;
    auto& added = draft.generation.site.chargers.emplace_back(charger);
    added.id = id.text;
    if (added.name.empty()) added.name = id.text;
  }
}

}  // namespace chargehook::config
