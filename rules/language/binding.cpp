#include "rules/language/binding.hpp"

#include <array>
#include <map>
#include <optional>

#include "rules/language/lexer.hpp"
#include "rules/language/nearest.hpp"

namespace chargehook::rules {

namespace {

constexpr std::array<std::string_view, 6> kinds{"charger", "circuit", "connector", "meter", "phase", "site"};
constexpr std::array phases{model::Phase::l1, model::Phase::l2, model::Phase::l3};
constexpr std::array<std::string_view, 3> phase_names{"l1", "l2", "l3"};

/// `charger of feeder-a`, cut into its words.
struct Each {
  Token kind;
  std::optional<Token> of;
};

struct EachRead {
  std::optional<Each> each;
  Diagnostics errors;
};

EachRead read_each(std::string_view text) {
  Lexed lexed = lex(text);
  if (!lexed.errors.empty()) return {std::nullopt, std::move(lexed.errors)};
  const auto& tokens = lexed.tokens;
  if (tokens.size() == 2 && tokens[0].kind == TokenKind::name) return {Each{tokens[0], std::nullopt}, {}};
  if (tokens.size() == 4 && tokens[1].text == "of") return {Each{tokens[0], tokens[2]}, {}};
  return {std::nullopt,
          {{"E230", {0, text.size()}, "`each` wants a kind of thing", "for example: charger, or phase of feeder-a"}}};
}

class Expander {
 public:
  Expander(const Topology& topology, Each each) : topology_(topology), each_(std::move(each)) {}

  Expanded run() {
    if (!narrow()) return std::move(result_);
    const std::string_view kind = each_.kind.text;
    if (kind == "site" && !circuit_)
      result_.bindings.emplace_back();
    else if (kind == "phase")
      phases_of_circuit();
    else if (kind == "circuit" && !circuit_)
      circuits();
    else if (kind == "charger")
      devices(DeviceKind::charger, &Binding::charger);
    else if (kind == "connector")
      devices(DeviceKind::connector, &Binding::connector);
    else if (kind == "meter")
      devices(DeviceKind::meter, &Binding::meter);
    else
      return unknown_kind();
    if (result_.bindings.empty() && result_.errors.empty()) {
      fail("E231", each_.kind.place, "the site has no " + std::string{kind} + " here", "");
    }
    return std::move(result_);
  }

 private:
  bool narrow() {
    if (!each_.of) return true;
    circuit_ = topology_.find_circuit(each_.of->text);
    if (!circuit_ && each_.of->text == "grid") circuit_ = topology_.grid();
    if (circuit_) return true;
    std::vector<std::string_view> names;
    for (const Circuit& circuit : topology_.circuits) names.push_back(circuit.name);
    fail("E232", each_.of->place, "unknown circuit \"" + std::string{each_.of->text} + "\"",
         did_you_mean(each_.of->text, names));
    return false;
  }

  Expanded unknown_kind() {
    const std::string kind{each_.kind.text};
    std::string help = did_you_mean(kind, kinds);
    if (help.empty()) help = "kinds are charger, connector, meter, circuit, site, and phase of a circuit";
    const bool known = kind == "site" || kind == "circuit";
    fail("E230", each_.kind.place, known ? kind + " cannot be narrowed with `of`" : "unknown kind \"" + kind + "\"",
         known ? "" : std::move(help));
    return std::move(result_);
  }

  void phases_of_circuit() {
    if (!circuit_) return fail("E230", each_.kind.place, "phase of what?", "write for example: phase of feeder-a");
    for (std::size_t i = 0; i < phases.size(); ++i) {
      Binding binding = of_circuit(*circuit_);
      binding.phase = phases[i];
      binding.key += "/" + std::string{phase_names[i]};
      result_.bindings.push_back(std::move(binding));
    }
  }

  void circuits() {
    for (const Circuit& circuit : topology_.circuits) result_.bindings.push_back(of_circuit(circuit));
  }

  void devices(DeviceKind kind, const Device* Binding::*as) {
    std::map<std::string_view, const Device*> by_id;
    for (const Device& device : topology_.devices) by_id.emplace(device.id, &device);
    for (const Device& device : topology_.devices) {
      if (device.kind != kind || (circuit_ && device.circuit != circuit_->name)) continue;
      Binding binding;
      binding.key = device.id;
      binding.*as = &device;
      const auto charger = by_id.find(device.charger);
      if (kind == DeviceKind::connector && charger != by_id.end()) binding.charger = charger->second;
      result_.bindings.push_back(std::move(binding));
    }
  }

  static Binding of_circuit(const Circuit& circuit) {
    Binding binding;
    binding.key = "circuit/" + circuit.name;
    binding.circuit = &circuit;
    return binding;
  }

  void fail(std::string code, Place place, std::string message, std::string help) {
    result_.errors.push_back({std::move(code), place, std::move(message), std::move(help)});
  }

  const Topology& topology_;
  Each each_;
  const Circuit* circuit_ = nullptr;
  Expanded result_;
};

}  // namespace

Expanded expand(std::string_view each, const Topology& topology) {
  if (each.empty()) return {{Binding{}}, {}};
  EachRead read = read_each(each);
  if (!read.each) return {{}, std::move(read.errors)};
  return Expander{topology, std::move(*read.each)}.run();
}

}  // namespace chargehook::rules
