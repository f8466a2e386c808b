/// What the names in an expression mean, for one instance of a rule. Pure; any thread.
#pragma once

#include <string>
#include <variant>

#include "model/signal.hpp"
#include "rules/language/binding.hpp"
#include "rules/language/diagnostic.hpp"
#include "rules/language/syntax.hpp"
#include "rules/language/topology.hpp"

namespace chargehook::rules {

/// One signal of one device. Points into the Topology.
struct SignalRef {
  const Device* device = nullptr;
  model::SignalId signal{};
  const Circuit* circuit = nullptr;  ///< the circuit it was named by (`grid.power`), or null
};

using Resolution = std::variant<Amount, SignalRef, Diagnostic>;

/// Does not own the topology, which has to outlive it.
class Scope {
 public:
  Scope(const Topology& topology, const Binding& binding) : topology_(topology), binding_(binding) {}

  /// In this order: the words of `each`; `grid`; a constant; a circuit; a device; a signal that one device alone has.
  /// Errors: E218 minus without blanks, E220 unknown name, E221 unknown signal, E222 several devices it could be,
  /// E223 a word that `each` does not give, E224 circuit without meter or rating, E225 device does not give the signal.
  [[nodiscard]] Resolution resolve(const Path& path) const;

 private:
  [[nodiscard]] Resolution of_word(const Path& path) const;
  [[nodiscard]] Resolution of_circuit(const Circuit& circuit, model::Phase phase, const Path& path) const;
  [[nodiscard]] Resolution of_device(const Device& device, const Path& path) const;
  [[nodiscard]] Resolution of_kind(const Path& path) const;
  [[nodiscard]] Resolution of_name(const Path& path) const;
  [[nodiscard]] Resolution by_signal(model::SignalId signal, const Path& path) const;
  [[nodiscard]] Resolution unknown_name(const Path& path) const;

  const Topology& topology_;
  const Binding& binding_;
};

/// True for what one device of many may lack (E224, E225): such an instance of an `each` is left out, not refused.
[[nodiscard]] bool is_lack(const Diagnostic& diagnostic);

}  // namespace chargehook::rules
