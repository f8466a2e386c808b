/// An expression as written, as a tree. Knows places, units and names; nothing of devices or types.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/unit.hpp"
#include "rules/language/diagnostic.hpp"

namespace chargehook::rules {

enum class NodeKind : std::uint8_t {
  number,      ///< `number` in `unit`, which is null for a bare one
  percent_of,  ///< `number` per cent of child 0
  path,        ///< `path`
  word,        ///< `text`: a status word
  negate,
  add,
  subtract,
  multiply,
  divide,
  call,  ///< `text` is the function
  less,
  less_equal,
  greater,
  greater_equal,
  equal,
  not_equal,
  between,  ///< child 0 between child 1 and child 2, both included
  is_unknown,
  is_stale,
  is_fresh,
  logical_not,
  logical_and,
  logical_or,
};

/// Position in Syntax::nodes.
using NodeIndex = std::uint32_t;

struct PathPart {
  std::string name;
  Place place;
};

/// `grid.power`, or `charger 'DE*ABC*7'.power` (of_kind = charger; the kind may be left out).
struct Path {
  std::string of_kind;
  std::vector<PathPart> parts;  ///< two; more or fewer are refused by name where they are looked up
  Place place;

  [[nodiscard]] std::string written() const;
};

struct Node {
  NodeKind kind = NodeKind::number;
  Place place;
  std::vector<NodeIndex> children;
  double number = 0;
  const model::Unit* unit = nullptr;
  std::string text;
  Path path;
};

/// Children stand before their parents; the root is the last node.
struct Syntax {
  std::vector<Node> nodes;

  [[nodiscard]] const Node& root() const { return nodes.back(); }
  [[nodiscard]] NodeIndex root_index() const { return static_cast<NodeIndex>(nodes.size() - 1); }
};

}  // namespace chargehook::rules
