/// `each:` of a rule: the things it stands for, one instance each. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rules/language/diagnostic.hpp"
#include "rules/language/topology.hpp"

namespace chargehook::rules {

/// What the words `phase`, `circuit`, `meter`, `charger`, `connector` mean in one instance. Points into the Topology it
/// was made from; a word that means nothing is null (Phase::none).
struct Binding {
  std::string key = "site";  ///< names the instance within its rule, for ever: "circuit/feeder-a/l1", "charger/CP-07"
  const Circuit* circuit = nullptr;
  model::Phase phase = model::Phase::none;
  const Device* meter = nullptr;
  const Device* charger = nullptr;
  const Device* connector = nullptr;
};

struct Expanded {
  std::vector<Binding> bindings;
  Diagnostics errors;  ///< E230 not a kind of thing, E231 there is none of it, E232 unknown circuit
};

/// @param each empty or `site` (one instance), `meter`, `charger`, `connector`, `circuit`, `phase of main`;
///             `charger` and `connector` may be narrowed: `charger of feeder-a` is what that circuit feeds directly
[[nodiscard]] Expanded expand(std::string_view each, const Topology& topology);

}  // namespace chargehook::rules
