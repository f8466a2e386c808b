/// The sections of the files, one reader each, and what they fill.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "config/placeholder.hpp"
#include "config/reader.hpp"
#include "config/source.hpp"
#include "core/configuration/config_generation.hpp"
#include "rules/engine/rule_config.hpp"
#include "rules/language/topology.hpp"

namespace chargehook::config {

/// Names that may be given once over all files, and where each was.
class Names {
 public:
  /// @param kind what has the name, for the message: "endpoint"
  /// @return false, after an error that shows both places, if it is taken
  bool claim(std::string_view kind, const Text& name, Report& report);

 private:
  std::map<std::string, std::string, std::less<>> places_;  ///< kind and name → "file:line"
};

/// The name of a circuit where something else is fed by it, looked up when all files are read.
struct CircuitReference {
  Text name;
  std::string file;
  std::string from;  ///< the circuit that is fed, if one is
};

/// A rule that has been read and not yet compiled.
struct RuleDraft {
  rules::RuleConfig rule;
  std::string file;
  Place place;                                       ///< of the rule as a whole
  std::map<std::string, Place, std::less<>> places;  ///< of its texts, by key, behind a quote
};

/// Gives the report of a file that was read before.
using ReportOn = std::function<void(const std::string& file, const std::function<void(Report&)>&)>;

/// What is being put together from all files. Only worth something if no file had an error.
struct Draft {
  const Files& files;
  core::ConfigGeneration generation;
  Names names;
  std::vector<RuleDraft> rules;
  std::vector<CircuitReference> references;
  std::string grid_place;         ///< "file:line" of the circuit of kind grid
  bool has_bad_circuits = false;  ///< a circuit whose name could not be read: it may be the one that others name
  std::map<std::string, std::shared_ptr<const modbus::DeviceProfile>, std::less<>> profiles = {};  ///< by name
};

// Each reads one file of its kind, the keys it knows into the draft, and reports the rest.
void read_gateway_file(MapReader& top, Draft& draft);
void read_site_file(MapReader& top, Draft& draft);
void read_site_limits(MapReader& site, Draft& draft);
void read_contract(MapReader contract, Draft& draft);
void read_circuit(MapReader& item, Draft& draft);
void read_charger(MapReader& item, Draft& draft);
void read_shipped_profile(MapReader& top, Draft& draft);
void read_own_profile(MapReader& top, Draft& draft);    ///< of devices.d; after the shipped ones
void read_adapter_file(MapReader& top, Draft& draft);   ///< after gateway, site and profiles
void read_ocpp(MapReader section, Draft& draft);        ///< after site: chargers
void read_endpoint_file(MapReader& top, Draft& draft);  ///< after gateway and site: placeholders
void read_telemetry(MapReader& endpoint, const delivery::EndpointConfig& config, Draft& draft);
void read_rules_file(MapReader& top, Draft& draft);

// When all files are read, in this order.
void complete_topology(Draft& draft);  ///< devices of the site and of the adapters
void check_references(const Draft& draft, const ReportOn& report_on);

/// @param site_is_sound if not, what rules name may be missing only because its line has an error: no word of that
void compile_rules(Draft& draft, bool site_is_sound, const ReportOn& report_on);

// The sections of an adapter file.
void read_ingest(MapReader& top, Draft& draft);
void read_modbus(MapReader& top, Draft& draft);
void read_mqtt(MapReader& top, Draft& draft);

/// For MapReader::finish on the top of a file: the file where a section belongs.
[[nodiscard]] std::string where_section_belongs(std::string_view key);

}  // namespace chargehook::config
