#include "config/yaml_tree.hpp"

#include <yaml-cpp/emitterstyle.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>

#include "config/byte_check.hpp"
#include "config/line_check.hpp"
#include "config/line_parts.hpp"

namespace chargehook::config {
namespace {

/// Leaves the parser early, past yaml-cpp; caught in read_yaml. What is wrong has been reported.
struct Stopped {};

/// Builds the tree from the parser's events, so that nothing is resolved, shared or built twice.
class TreeBuilder final : public YAML::EventHandler {
 public:
  explicit TreeBuilder(Report& report) : report_(report) {}

  Node take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) stop(at(mark), "E116", "a second document in one file", "make two files of it");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override { add(at(mark), NodeKind::empty, {}); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    stop(at(mark), "E114", "an alias", "write the values out");
  }
  void OnAnchor(const YAML::Mark& mark, const std::string& /*name*/) override {
    stop(at(mark), "E114", "an anchor", "write the values out");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    check_properties(mark, tag, anchor);
    add(at(mark), NodeKind::scalar, value);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    check_properties(mark, tag, anchor);
    open(mark, NodeKind::list, style);
  }
  void OnSequenceEnd() override { stack_.pop_back(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    check_properties(mark, tag, anchor);
    open(mark, NodeKind::map, style);
  }
  void OnMapEnd() override { stack_.pop_back(); }

 private:
  [[nodiscard]] static Place at(const YAML::Mark& mark) { return {mark.line + 1, mark.column + 1, 1}; }

  [[noreturn]] void stop(const Place& place, std::string_view code, std::string message, std::string help) {
    report_.error(place, code, std::move(message), std::move(help));
    throw Stopped{};
  }

  /// Tags and anchors; the parser gives "?" for a plain and "!" for a quoted text.
  void check_properties(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    const std::string_view text = report_.lines().rest(mark.line + 1, mark.column + 1);
    if (anchor != YAML::NullAnchor) stop(at(mark), "E114", "an anchor", "write the values out");
    if ((tag != "?" && tag != "!" && !tag.empty()) || text.starts_with('!')) {
      stop(at(mark), "E115", "a tag", "put a text that begins with ! in quotes");
    }
  }

  void open(const YAML::Mark& mark, NodeKind kind, YAML::EmitterStyle::value style) {
    if (style == YAML::EmitterStyle::Flow) {
      stop(at(mark), "E113", kind == NodeKind::list ? "a list in brackets" : "a group in braces",
           "write one item or key a line");
    }
    Node& node = add(at(mark), kind, {});
    stack_.push_back(&node);
    if (stack_.size() > static_cast<std::size_t>(depth_max)) {
      stop(at(mark), "E123", "nested deeper than " + std::to_string(depth_max) + " levels", "no key needs that");
    }
  }

  /// Puts a node where the parser is: the root, a key, the value of the last key, an item.
  Node& add(const Place& place, NodeKind kind, std::string text) {
    if (++nodes_ > nodes_max) stop(place, "E123", "more than 100000 keys and values in one file", "split the file");
    Node node;
    node.kind = kind;
    node.place = place;
    node.text = std::move(text);
    if (kind == NodeKind::scalar) measure(node);
    if (stack_.empty()) return root_ = std::move(node);
    Node& parent = *stack_.back();
    if (parent.kind == NodeKind::list) {
      if (kind == NodeKind::empty) node.place = end_before(place);
      return parent.items.emplace_back(std::move(node));
    }
    if (!waiting_for_value(parent)) return add_key(parent, std::move(node));
    Entry& entry = parent.entries.back();
    if (kind == NodeKind::empty) node.place = entry.key_place;
    entry.value = std::move(node);
    open_keys_.pop_back();
    return entry.value;
  }

  [[nodiscard]] bool waiting_for_value(const Node& map) const {
    return !open_keys_.empty() && open_keys_.back() == &map;
  }

  Node& add_key(Node& map, Node key) {
    if (key.kind != NodeKind::scalar) stop(key.place, "E125", "a key has to be a word", "write `key: value`");
    if (key.text == "<<") stop(key.place, "E114", "\"<<\" (merging) is not used in these files", "write the keys out");
    if (map.entries.size() == keys_max)
      stop(key.place, "E123", "more than 1000 keys in one group", "no group has so many");
    for (const Entry& entry : map.entries) {
      if (entry.key != key.text) continue;
      report_.error(
          key.place, "E108",
          "key " + in_quotes(key.text) + " given twice (first at line " + std::to_string(entry.key_place.line) + ")",
          "delete one of them, or begin a new item with `- `");
      break;
    }
    map.entries.push_back({std::move(key.text), key.place, {}});
    open_keys_.push_back(&map);
    return map.entries.back().value;
  }

  /// The last character with content before a place: of an item without value, its `-`.
  [[nodiscard]] Place end_before(const Place& place) const {
    for (int number = std::min(place.line, report_.lines().count()); number > 0; --number) {
      const std::string_view line = report_.lines().line(number);
      const std::size_t end = number == place.line ? static_cast<std::size_t>(place.column - 1) : line.size();
      const std::string_view content = without_blanks_at_end(line.substr(0, std::min(end, comment_start(line))));
      if (!content.empty()) return {number, static_cast<int>(content.size()), 1};
    }
    return {};
  }

  /// Sets length and quoting of a text from the line it stands on; refuses one that goes on over lines.
  void measure(Node& node) {
    const std::string_view text = report_.lines().rest(node.place.line, node.place.column);
    node.in_quotes = text.starts_with('"') || text.starts_with('\'');
    if (node.in_quotes) {
      node.place.length = static_cast<int>(text.substr(0, comment_start(text)).find_last_of(text.front())) + 1;
      return;
    }
    if (!text.starts_with(node.text)) {
      stop(node.place, "E122", "the text goes on over several lines", "write it on one line; check the indentation");
    }
    node.place.length = static_cast<int>(node.text.size());
  }

  Report& report_;
  Node root_;
  std::vector<Node*> stack_;            ///< lists and maps that are open; stable: only the last one grows
  std::vector<const Node*> open_keys_;  ///< maps whose last key has no value yet
  int documents_ = 0;
  int nodes_ = 0;
};

/// In our words, for what check_lines lets pass.
std::string friendly(std::string_view message) {
  if (message.starts_with("end of map") || message.starts_with("end of sequence")) {
    return "the line does not fit the ones above: other indentation, or a list where keys are";
  }
  return "this cannot be read as YAML (" + std::string(message) + ")";
}

Place place_of(const YAML::Mark& mark, const Lines& lines) {
  const int line = mark.is_null() ? 1 : std::min(mark.line + 1, std::max(lines.count(), 1));
  const int last = static_cast<int>(lines.line(line).size());
  return {line, mark.is_null() ? 1 : std::clamp(mark.column + 1, 1, std::max(last, 1)), 1};
}

std::optional<Node> parse(Report& report) {
  std::istringstream stream(report.lines().text());
  TreeBuilder builder(report);
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Stopped&) {
    return std::nullopt;
  } catch (const YAML::Exception& error) {
    report.error(place_of(error.mark, report.lines()), "E107", friendly(error.msg),
                 "compare it with the lines above: same indentation, `key: value`, `- ` before each item of a list");
    return std::nullopt;
  }
  return builder.take();
}

}  // namespace

std::optional<Node> read_yaml(Report& report) {
  check_bytes(report);
  if (report.errors() > 0) return std::nullopt;
  check_lines(report);
  if (report.errors() > 0) return std::nullopt;
  std::optional<Node> root = parse(report);
  if (!root) return std::nullopt;
  if (root->kind == NodeKind::empty) root->kind = NodeKind::map;
  if (root->kind != NodeKind::map) {
    report.error(root->place, "E120",
                 "the file begins with " + std::string(root->kind == NodeKind::list ? "a list" : "a text"),
                 "it begins with a key, as in `endpoints:`");
    return std::nullopt;
  }
  return root;
}

}  // namespace chargehook::config
