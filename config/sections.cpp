#include "config/sections.hpp"

#include <algorithm>
#include <array>

namespace chargehook::config {

bool Names::claim(std::string_view kind, const Text& name, Report& report) {
  const std::string place = report.lines().path() + ":" + std::to_string(name.place.line);
  const auto [entry, is_new] = places_.emplace(std::string(kind) + ' ' + name.text, place);
  if (is_new) return true;
  report.error(name.place, "E140",
               std::string(kind) + ' ' + in_quotes(name.text) + " is given twice (first at " + entry->second + ")",
               "give one of them another name");
  return false;
}

std::string where_section_belongs(std::string_view key) {
  struct Section {
    std::string_view key;
    std::string_view file;
  };
  static constexpr std::array sections{
      Section{"gateway", "gateway.yaml"},     Section{"storage", "gateway.yaml"},
      Section{"clock", "gateway.yaml"},       Section{"site", "site.yaml"},
      Section{"ingest", "adapters.d/*.yaml"}, Section{"endpoints", "endpoints.d/*.yaml"},
      Section{"circuits", "site.yaml"},       Section{"chargers", "site.yaml"},
      Section{"contract", "site.yaml"},       Section{"rules", "rules.d/*.yaml"},
      Section{"modbus", "adapters.d/*.yaml"}, Section{"mqtt", "adapters.d/*.yaml"},
      Section{"profile", "devices.d/*.yaml"}, Section{"ocpp", "adapters.d/*.yaml"}};
  const auto found = std::find_if(sections.begin(), sections.end(), [key](const Section& s) { return s.key == key; });
  return found == sections.end() ? std::string{} : "it goes into " + std::string(found->file);
}

void read_adapter_file(MapReader& top, Draft& draft) {
  read_ingest(top, draft);
  read_modbus(top, draft);
  read_mqtt(top, draft);
  if (auto ocpp = top.map("ocpp", Need::optional)) read_ocpp(*ocpp, draft);
  top.finish(where_section_belongs);
}

}  // namespace chargehook::config
