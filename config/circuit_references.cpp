#include "config/nearest.hpp"
#include "config/sections.hpp"

namespace chargehook::config {
namespace {

void report_unknown(const CircuitReference& reference, const rules::Topology& topology, Report& report) {
  std::vector<std::string_view> names;
  for (const auto& circuit : topology.circuits) names.push_back(circuit.name);
  report.error(reference.name.place, "E154", "there is no circuit " + in_quotes(reference.name.text),
               names.empty() ? "circuits are listed in site.yaml" : suggestion(reference.name.text, names));
}

/// Whether the way up from `parent` comes back to the circuit that it feeds.
bool feeds_itself(const CircuitReference& reference, const rules::Circuit& parent, const rules::Topology& topology) {
  const auto* circuit = &parent;
  for (std::size_t steps = 0; circuit != nullptr && steps < topology.circuits.size(); ++steps) {
    if (circuit->name == reference.from) return true;
    circuit = topology.find_circuit(circuit->fed_by);
  }
  return false;
}

}  // namespace

void check_references(const Draft& draft, const ReportOn& report_on) {
  for (const auto& reference : draft.references) {
    const auto* circuit = draft.generation.topology.find_circuit(reference.name.text);
    if (circuit == nullptr && !draft.has_bad_circuits) {
      report_on(reference.file, [&](Report& report) { report_unknown(reference, draft.generation.topology, report); });
    } else if (circuit != nullptr && feeds_itself(reference, *circuit, draft.generation.topology)) {
      report_on(reference.file, [&](Report& report) {
        report.error(reference.name.place, "E155", "circuit " + in_quotes(reference.from) + " is fed by itself",
                     "follow fed_by upwards: it has to end at a circuit without it");
      });
    }
  }
}

}  // namespace chargehook::config
