/// The content of one file as a tree of our own, with the place of everything. Only yaml_tree.cpp knows yaml-cpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/report.hpp"

namespace chargehook::config {

enum class NodeKind {
  empty,   ///< nothing behind the colon
  scalar,  ///< always text: numbers and words are told apart by who reads them
  list,
  map,
};

struct Entry;

struct Node {
  NodeKind kind = NodeKind::empty;
  Place place;  ///< of the first character, quotes included
  bool in_quotes = false;
  std::string text;  ///< of a scalar
  std::vector<Node> items;
  std::vector<Entry> entries;  ///< of a key given twice, which is reported, the first counts
};

struct Entry {
  std::string key;
  Place key_place;
  Node value;
};

inline constexpr int depth_max = 32;
inline constexpr int nodes_max = 100'000;
inline constexpr std::size_t keys_max = 1000;  ///< of one map

/// Reads a file into a map. Reports all that check_bytes and check_lines find, keys given twice (E108), too much depth
/// or too many keys and values (E123), whatever else the YAML parser refuses (E107).
/// @return nothing if the file cannot be read; a key given twice stops nothing, so that the rest is checked too.
///         A file without any key gives an empty map.
[[nodiscard]] std::optional<Node> read_yaml(Report& report);

}  // namespace chargehook::config
