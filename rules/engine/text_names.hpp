/// `<charger>` and the like in titles and advice. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "model/site.hpp"
#include "rules/language/binding.hpp"

namespace chargehook::rules {

struct Filled {
  std::string text;
  Diagnostics errors;  ///< E240: no such name here; places are in the text
};

/// Puts in what <site>, <circuit>, <phase>, <meter>, <charger>, <connector> are for this instance: the name for people
/// where there is one. A `<` that no name and `>` follow stays as it is; control characters become blanks.
[[nodiscard]] Filled fill_names(std::string_view text, const Binding& binding, const model::Site& site);

}  // namespace chargehook::rules
