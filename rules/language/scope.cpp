#include "rules/language/scope.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "rules/language/nearest.hpp"

namespace chargehook::rules {

namespace {

using model::Phase;

constexpr std::array<std::string_view, 5> words{"phase", "circuit", "meter", "charger", "connector"};

std::string in_quotes(std::string_view text) { return "\"" + std::string{text} + "\""; }

Diagnostic error(std::string code, Place place, std::string message, std::string help = {}) {
  return {std::move(code), place, std::move(message), std::move(help)};
}

std::string_view phase_suffix(Phase phase) {
  switch (phase) {
    case Phase::l1:
      return "_l1";
    case Phase::l2:
      return "_l2";
    case Phase::l3:
      return "_l3";
    case Phase::n:
      return "_n";
    case Phase::none:
      return "";
  }
  return "";
}

bool gives(const Device& device, model::SignalId signal) {
  return device.signals.empty() || std::ranges::find(device.signals, signal) != device.signals.end();
}

/// What may stand behind the dot: signals of the kind, per phase without their `_l1`.
std::vector<std::string_view> members(DeviceKind kind, bool per_phase) {
  std::vector<std::string_view> names;
  const std::string prefix = std::string{to_string(kind)} + ".";
  for (const model::Signal& signal : model::signals()) {
    if (!signal.name.starts_with(prefix)) continue;
    std::string_view name = signal.name.substr(prefix.size());
    if (per_phase && signal.phase != Phase::l1) continue;
    if (per_phase) name.remove_suffix(phase_suffix(Phase::l1).size());
    names.push_back(name);
  }
  return names;
}

std::string listed(const std::vector<std::string_view>& names) {
  std::string out;
  for (const std::string_view name : names) out += (out.empty() ? "" : ", ") + std::string{name};
  return out;
}

Diagnostic unknown_member(const Path& path, DeviceKind kind, bool per_phase,
                          std::initializer_list<std::string_view> more) {
  const PathPart& part = path.parts[1];
  if (part.name.find('-') != std::string::npos) {
    return error("E218", part.place, "a minus sign needs blanks around it", "write `a.power - b.power`");
  }
  std::vector<std::string_view> names = members(kind, per_phase);
  names.insert(names.end(), more);
  std::string help = did_you_mean(part.name, names);
  if (help.empty()) help = "there is " + listed(names);
  return error("E221", part.place, in_quotes(path.parts[0].name) + " has no " + in_quotes(part.name), std::move(help));
}

Resolution signal_of(const Device& device, std::string_view member, Phase phase, const Circuit* circuit,
                     const Path& path, std::initializer_list<std::string_view> more) {
  const std::string name =
      std::string{to_string(device.kind)} + "." + std::string{member} + std::string{phase_suffix(phase)};
  const auto signal = model::find_signal(name);
  if (!signal) return unknown_member(path, device.kind, phase != Phase::none, more);
  if (gives(device, *signal)) return SignalRef{&device, *signal, circuit};
  return error("E225", path.place, device.id + " does not give " + name,
               "add it to the device's profile or mapping, or leave the device out");
}

}  // namespace

bool is_lack(const Diagnostic& diagnostic) { return diagnostic.code == "E224" || diagnostic.code == "E225"; }

Resolution Scope::resolve(const Path& path) const {
  if (path.parts.size() > 2) {
    const bool minus = path.parts[1].name.find('-') != std::string::npos;
    if (minus) return error("E218", path.place, "a minus sign needs blanks around it", "write `a.power - b.power`");
    return error("E220", path.place, in_quotes(path.written()) + " has too many parts",
                 "write for example feeder-a.power");
  }
  if (!path.of_kind.empty()) return of_kind(path);
  const std::string& name = path.parts[0].name;
  if (std::ranges::find(words, name) != words.end()) return of_word(path);
  if (name == "grid" && topology_.grid()) return of_circuit(*topology_.grid(), Phase::none, path);
  const std::string whole = path.written();
  for (const Constant& constant : topology_.constants) {
    if (constant.name == whole) return constant.amount;
  }
  return of_name(path);
}

Resolution Scope::of_word(const Path& path) const {
  const PathPart& word = path.parts[0];
  if (word.name == "phase" && binding_.phase != Phase::none) return of_circuit(*binding_.circuit, binding_.phase, path);
  if (word.name == "circuit" && binding_.circuit) return of_circuit(*binding_.circuit, Phase::none, path);
  if (word.name == "meter" && binding_.meter) return of_device(*binding_.meter, path);
  if (word.name == "charger" && binding_.charger) return of_device(*binding_.charger, path);
  if (word.name == "connector" && binding_.connector) return of_device(*binding_.connector, path);
  const std::string each = word.name == "phase" ? "phase of a circuit" : word.name;
  return error("E223", word.place, "which " + word.name + "?", "add `each: " + each + "` to the rule, or name one");
}

Resolution Scope::of_circuit(const Circuit& circuit, Phase phase, const Path& path) const {
  const PathPart& member = path.parts[1];
  if (member.name == "rating") {
    if (circuit.rating) return *circuit.rating;
    return error("E224", path.place, "circuit " + circuit.name + " has no rating", "add `rating:` to it in site.yaml");
  }
  const Device* meter = circuit.meter.empty() ? nullptr : topology_.find_device(circuit.meter);
  if (!meter) {
    return error("E224", path.place, "circuit " + circuit.name + " has no meter", "add `meter:` to it in site.yaml");
  }
  return signal_of(*meter, member.name, phase, &circuit, path, {"rating"});
}

Resolution Scope::of_device(const Device& device, const Path& path) const {
  const std::string& member = path.parts[1].name;
  if (member != "max_power") return signal_of(device, member, Phase::none, nullptr, path, {"max_power"});
  if (device.max_power) return *device.max_power;
  return error("E225", path.place, device.id + " has no max_power", "add `max_power:` to it in site.yaml");
}

Resolution Scope::of_kind(const Path& path) const {
  const std::string& name = path.parts[0].name;
  if (path.of_kind == "circuit") {
    if (const Circuit* circuit = topology_.find_circuit(name)) return of_circuit(*circuit, Phase::none, path);
    return error("E220", path.parts[0].place, "unknown circuit " + in_quotes(name));
  }
  for (const DeviceKind kind :
       {DeviceKind::meter, DeviceKind::charger, DeviceKind::connector, DeviceKind::transformer}) {
    if (path.of_kind != to_string(kind)) continue;
    if (const Device* device = topology_.find_device(kind, name)) return of_device(*device, path);
    std::vector<std::string_view> names;
    for (const Device& device : topology_.devices) {
      if (device.kind == kind) names.push_back(device.name);
    }
    return error("E220", path.parts[0].place, "unknown " + path.of_kind + " " + in_quotes(name),
                 did_you_mean(name, names));
  }
  return error("E220", path.place, "unknown kind " + in_quotes(path.of_kind),
               "kinds are circuit, meter, charger, connector, transformer");
}

Resolution Scope::of_name(const Path& path) const {
  const std::string& name = path.parts[0].name;
  if (const Circuit* circuit = topology_.find_circuit(name)) return of_circuit(*circuit, Phase::none, path);
  const Device* found = nullptr;
  for (const Device& device : topology_.devices) {
    if (device.name != name) continue;
    if (found) {
      return error(
          "E222", path.place, in_quotes(name) + " is the name of several devices",
          "write for example " + std::string{to_string(device.kind)} + " '" + name + "'." + path.parts[1].name);
    }
    found = &device;
  }
  if (found) return of_device(*found, path);
  if (const auto signal = model::find_signal(path.written())) return by_signal(*signal, path);
  return unknown_name(path);
}

Resolution Scope::by_signal(model::SignalId signal, const Path& path) const {
  const std::string_view kind = path.parts[0].name;
  const Device* found = nullptr;
  for (const Device& device : topology_.devices) {
    if (to_string(device.kind) != kind || !gives(device, signal)) continue;
    if (found) {
      return error("E222", path.place, "several devices give " + path.written(),
                   "name one, for example " + found->name + "." + path.parts[1].name);
    }
    found = &device;
  }
  if (found) return SignalRef{found, signal, nullptr};
  return error("E225", path.place, "no device gives " + path.written());
}

Resolution Scope::unknown_name(const Path& path) const {
  const PathPart& part = path.parts[0];
  std::vector<std::string_view> names(words.begin(), words.end());
  names.push_back("grid");
  for (const Circuit& circuit : topology_.circuits) names.push_back(circuit.name);
  for (const Device& device : topology_.devices) names.push_back(device.name);
  std::vector<std::string_view> of_same_group;
  for (const Constant& constant : topology_.constants) {
    const std::string_view whole = constant.name;
    const std::string_view group = whole.substr(0, whole.find('.'));
    names.push_back(group);
    if (group == part.name) of_same_group.push_back(whole);
  }
  if (!of_same_group.empty()) {
    std::string help = did_you_mean(path.written(), of_same_group);
    if (help.empty()) help = "there is " + listed(of_same_group);
    return error("E221", path.parts[1].place, in_quotes(part.name) + " has no " + in_quotes(path.parts[1].name),
                 std::move(help));
  }
  if (part.name == "grid") {
    return error("E220", part.place, "no circuit is of kind grid", "add `kind: grid` to it in site.yaml");
  }
  return error("E220", part.place, "unknown name " + in_quotes(part.name), did_you_mean(part.name, names));
}

}  // namespace chargehook::rules
