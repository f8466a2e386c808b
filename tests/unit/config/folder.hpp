/// A small sound configuration as values, to be spoilt one file at a time.
#pragma once

#include <algorithm>
#include <string>

#include "config/load.hpp"

namespace chargehook::config {

/// The whole of an endpoint but for its name.
inline const std::string endpoint_rest =
    "    url: https://a.example.com/in\n"
    "    events: all\n"
    "    secret: key\n";

inline Files good_files() {
  Files files;
  files.sources = {
      {"adapters.d/ingest.yaml", "ingest:\n  - name: local\n    listen: unix:/run/chargehook/ingest.sock\n"},
      {"endpoints.d/cloud.yaml", "endpoints:\n  - name: cloud\n" + endpoint_rest},
      {"gateway.yaml", "gateway:\n  id: depot-nord-1\n"},
      {"site.yaml", "site:\n  id: depot-nord\n  timezone: Europe/Berlin\n"},
  };
  files.secrets = {{"key", "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n"}};
  files.timezones = {"America/New_York", "Europe/Berlin", "Europe/Vienna", "UTC"};
  return files;
}

/// The sound configuration with one file put in, or replaced.
inline Files with_file(const std::string& path, const std::string& text) {
  Files files = good_files();
  const auto same = [&](const Source& source) { return source.path == path; };
  std::erase_if(files.sources, same);
  files.sources.push_back({path, text});
  std::ranges::sort(files.sources, {}, &Source::path);
  return files;
}

/// All that was reported, as "file:line:column code", in its order, with blanks between.
inline std::string places_of(const Loaded& loaded) {
  std::string out;
  for (const Diagnostic& d : loaded.diagnostics.all()) {
    if (!out.empty()) out += ' ';
    out += d.file + ':' + std::to_string(d.line) + ':' + std::to_string(d.column) + ' ' + d.code;
  }
  return out;
}

/// The message and help of the first thing reported.
inline std::string first_words(const Loaded& loaded) {
  if (loaded.diagnostics.all().empty()) return {};
  const Diagnostic& first = loaded.diagnostics.all().front();
  return first.message + " | " + first.help;
}

}  // namespace chargehook::config
