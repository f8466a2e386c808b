/// What an alarm of an instance will be about: subject, keys, and the objects that travel in its events.
#pragma once

#include "model/site.hpp"
#include "rules/engine/alarm.hpp"
#include "rules/language/binding.hpp"
#include "rules/language/program.hpp"

namespace chargehook::rules {

/// @param binding of the instance; what it leaves open is taken from the inputs: a rule that reads `grid.power` alone
/// is
///                about the circuit of kind grid, one that reads one charger is about that charger
/// @param kind    nothing: load management if only meters and transformers have a part in it, else fault
/// @return all but the title
[[nodiscard]] AlarmSubject about_instance(const model::Site& site, const Topology& topology, const Binding& binding,
                                          const std::vector<Input>& inputs, std::string_view rule_id,
                                          std::optional<AlarmKind> kind);

}  // namespace chargehook::rules
