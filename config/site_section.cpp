#include <algorithm>

#include "config/nearest.hpp"
#include "config/sections.hpp"

namespace chargehook::config {
namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_upper_or_digit(char c) { return is_upper(c) || (c >= '0' && c <= '9'); }

bool is_currency(std::string_view text) { return text.size() == 3 && std::all_of(text.begin(), text.end(), is_upper); }

bool is_country(std::string_view text) { return text.size() == 2 && std::all_of(text.begin(), text.end(), is_upper); }

/// Country and three characters, with or without the star. Source: eMI3 / OCPI "party_id".
bool is_operator(std::string_view text) {
  if (text.size() < 5 || !is_country(text.substr(0, 2))) return false;
  std::string_view party = text.substr(2);
  if (party.front() == '*') party.remove_prefix(1);
  return party.size() == 3 && std::all_of(party.begin(), party.end(), is_upper_or_digit);
}

/// "Area/Place" or one of the names without area; enough where this machine's list of zones cannot be had.
bool looks_like_timezone(std::string_view text) {
  const bool characters = std::all_of(text.begin(), text.end(), [](char c) {
    return is_upper_or_digit(c) || (c >= 'a' && c <= 'z') || c == '/' || c == '_' || c == '-' || c == '+';
  });
  return characters && is_upper(text.front()) && text.back() != '/' && (text == "UTC" || text.find('/') != text.npos);
}

std::string read_timezone(MapReader& site, const std::vector<std::string>& zones) {
  auto zone = site.text("timezone", Need::required);
  if (!zone) return {};
  const bool known =
      zones.empty() ? looks_like_timezone(zone->text) : std::binary_search(zones.begin(), zones.end(), zone->text);
  if (known) return std::move(zone->text);
  const std::vector<std::string_view> names(zones.begin(), zones.end());
  const std::string_view meant = nearest(zone->text, names);
  site.error(zone->place, "E146", in_quotes(zone->text) + " is not a time zone",
             meant.empty() ? "write it as Europe/Berlin: `timedatectl list-timezones` shows all"
                           : "did you mean \"" + std::string(meant) + "\"?");
  return {};
}

/// An optional text of a fixed form.
std::string read_code(MapReader& site, std::string_view key, bool (*fits)(std::string_view), std::string help) {
  auto code = site.text(key, Need::optional);
  if (!code) return {};
  if (fits(code->text)) return std::move(code->text);
  site.error(code->place, "E149", in_quotes(code->text) + " is not a value of " + in_quotes(key), std::move(help));
  return {};
}

void read_site(MapReader site, Draft& draft) {
  model::Site& out = draft.generation.site;
  if (auto id = site.name("id", Need::required)) out.id = std::move(id->text);
  auto name = site.free_text("name", Need::optional);
  out.name = name ? std::move(name->text) : out.id;
  out.timezone = read_timezone(site, draft.files.timezones);
  out.currency = read_code(site, "currency", is_currency, "three capital letters (ISO 4217): EUR");
  out.country = read_code(site, "country", is_country, "two capital letters (ISO 3166): DE");
  out.operator_id = read_code(site, "operator", is_operator, "country and party, as in DE*ABC");
  read_site_limits(site, draft);
  site.finish();
}

}  // namespace

void read_site_file(MapReader& top, Draft& draft) {
  if (auto site = top.map("site", Need::required)) read_site(*site, draft);
  if (auto contract = top.map("contract", Need::optional)) read_contract(*contract, draft);
  for (MapReader& circuit : top.maps("circuits", Need::optional)) read_circuit(circuit, draft);
  for (MapReader& charger : top.maps("chargers", Need::optional)) read_charger(charger, draft);
  top.finish(where_section_belongs);
}

}  // namespace chargehook::config
