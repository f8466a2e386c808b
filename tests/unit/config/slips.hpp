/// Tables of mistakes in one file, each with the places where it is reported; all else around the file is sound.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "folder.hpp"

namespace chargehook::config {

struct Slip {
  std::string what;
  std::string text;
  std::string places;  ///< all that is reported: "line:column code", blanks between; nothing: the file is sound
};

/// All that is reported of one file, without its name; of others with it.
inline std::string places_in(const std::string& path, const Loaded& loaded) {
  std::string places = places_of(loaded);
  for (std::size_t at = places.find(path + ':'); at != std::string::npos; at = places.find(path + ':')) {
    places.erase(at, path.size() + 1);
  }
  return places;
}

/// Loads the file of each slip among sound ones.
inline void check_all(const std::string& path, const std::vector<Slip>& slips) {
  for (const Slip& slip : slips) {
    CAPTURE(slip.what);
    const Loaded loaded = load(with_file(path, slip.text));
    CHECK_MESSAGE(places_in(path, loaded) == slip.places, first_words(loaded));
    CHECK(loaded.generation.has_value() != loaded.diagnostics.has_errors());
  }
}

}  // namespace chargehook::config
