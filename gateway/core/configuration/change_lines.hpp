/// Lines that say what changed, for the files that compare parts of a configuration. Private to this folder.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace chargehook::core {

using Lines = std::vector<std::string>;

inline std::string or_none(const std::string& text) { return text.empty() ? "none" : text; }

/// An address up to its query, which may hold a token.
inline std::string without_query(const std::string& url) {
  const std::size_t query = url.find('?');
  return query == std::string::npos ? url : url.substr(0, query) + "?…";
}

/// Adds "url from → to"; "url changed behind the ?" if what may be shown is the same.
inline void add_url_change(Lines& lines, const std::string& what, const std::string& from, const std::string& to) {
  if (from == to) return;
  const std::string before = without_query(from);
  const std::string after = without_query(to);
  lines.push_back(what + (before == after ? " changed behind the ?" : " " + before + " → " + after));
}

/// Adds "what: from → to" if the two differ.
inline void add_change(Lines& lines, std::string_view what, const std::string& from, const std::string& to) {
  if (from != to) lines.push_back(std::string(what) + ' ' + from + " → " + to);
}

/// Adds one line of all `parts`, joined by semicolons, if there are any: "endpoint billing: secret changed; …".
inline void add_joined(Lines& lines, const std::string& what, const Lines& parts) {
  if (parts.empty()) return;
  std::string line = what + ": ";
  for (std::size_t i = 0; i < parts.size(); ++i) line += (i == 0 ? "" : "; ") + parts[i];
  lines.push_back(std::move(line));
}

/// Pairs what has the same name; `kind` says what it is: "endpoint billing added".
/// @param name where a Config keeps its name
template <class Config>
void compare_named(std::string_view kind, const std::vector<Config>& from, const std::vector<Config>& to, Lines& lines,
                   void (*compare_one)(const Config&, const Config&, Lines&), std::string Config::*name) {
  for (const Config& before : from) {
    const auto after = std::ranges::find(to, before.*name, name);
    if (after == to.end()) {
      lines.push_back(std::string(kind) + ' ' + before.*name + " removed");
    } else {
      compare_one(before, *after, lines);
    }
  }
  for (const Config& after : to) {
    if (std::ranges::find(from, after.*name, name) != from.end()) continue;
    lines.push_back(std::string(kind) + ' ' + after.*name + " added");
  }
}

}  // namespace chargehook::core
