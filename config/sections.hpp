/// The sections of the files, one reader each, and what they fill.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "config/placeholder.hpp"
#include "config/reader.hpp"
#include "config/source.hpp"
#include "core/config_generation.hpp"

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

/// What is being put together from all files. Only worth something if no file had an error.
struct Draft {
  const Files& files;
  core::ConfigGeneration generation;
  Names names;
};

// Each reads one file of its kind, the keys it knows into the draft, and reports the rest.
void read_gateway_file(MapReader& top, Draft& draft);
void read_site_file(MapReader& top, Draft& draft);
void read_adapter_file(MapReader& top, Draft& draft);
void read_endpoint_file(MapReader& top, Draft& draft);  ///< after gateway and site: placeholders

/// For MapReader::finish on the top of a file: the file where a section belongs.
[[nodiscard]] std::string where_section_belongs(std::string_view key);

}  // namespace chargehook::config
