#include "config/reader.hpp"

#include <algorithm>

#include "config/nearest.hpp"

namespace chargehook::config {
namespace {

std::string_view kind_word(NodeKind kind) {
  switch (kind) {
    case NodeKind::empty:
      return "nothing";
    case NodeKind::scalar:
      return "a single value";
    case NodeKind::list:
      return "a list";
    case NodeKind::map:
      return "a group of keys";
  }
  return "nothing";
}

/// Whether what stands behind the colon is a comment without a blank, as in `name: #7`.
bool looks_cut_by_comment(std::string_view line) {
  const std::size_t mark = line.find(" #");
  return mark != line.npos && mark + 2 < line.size() && line[mark + 2] != ' ';
}

}  // namespace

const Entry* MapReader::find(std::string_view key, Need need) {
  asked_.push_back(key);
  const auto found =
      std::find_if(map_.entries.begin(), map_.entries.end(), [key](const Entry& entry) { return entry.key == key; });
  if (found != map_.entries.end()) return &*found;
  if (need == Need::required) {
    error(place_, "E109", "key " + in_quotes(key) + " is missing", "add `" + std::string(key) + ":` here");
  }
  return nullptr;
}

void MapReader::wrong_kind(const Entry& entry, std::string_view wanted, std::string help) {
  const Node& value = entry.value;
  if (value.kind == NodeKind::empty) {
    const bool cut = looks_cut_by_comment(report_.lines().line(entry.key_place.line));
    error(entry.key_place, "E121", "key " + in_quotes(entry.key) + " has no value",
          cut ? "what follows # is a comment: put the text in quotes" : "give it one, or delete the line");
    return;
  }
  error(entry.key_place, "E120",
        in_quotes(entry.key) + " is " + std::string(kind_word(value.kind)) + "; " + std::string(wanted) + " is wanted",
        std::move(help));
}

const Entry* MapReader::scalar(std::string_view key, Need need) {
  const Entry* entry = find(key, need);
  if (entry == nullptr) return nullptr;
  if (entry->value.kind != NodeKind::scalar) {
    wrong_kind(*entry, "a single value", "write `" + std::string(key) + ": value`");
    return nullptr;
  }
  return entry;
}

std::vector<KeyText> MapReader::all_texts() {
  std::vector<KeyText> out;
  for (const Entry& entry : map_.entries) {
    if (auto value = text(entry.key, Need::required)) out.push_back({{entry.key, entry.key_place}, *std::move(value)});
  }
  return out;
}

std::optional<MapReader> MapReader::map(std::string_view key, Need need) {
  const Entry* entry = find(key, need);
  if (entry == nullptr) return std::nullopt;
  if (entry->value.kind != NodeKind::map) {
    wrong_kind(*entry, "a group of keys", "write its keys below it, two blanks further in and without `- `");
    return std::nullopt;
  }
  return MapReader(entry->value, entry->key_place, report_);
}

std::vector<MapReader> MapReader::maps(std::string_view key, Need need) {
  std::vector<MapReader> out;
  const Entry* entry = find(key, need);
  if (entry == nullptr) return out;
  if (entry->value.kind != NodeKind::list) {
    wrong_kind(*entry, "a list", "begin each of them with `- `, as in `- name: …`");
    return out;
  }
  for (const Node& item : entry->value.items) {
    if (item.kind == NodeKind::map) {
      const Place first = item.entries.empty() ? item.place : item.entries.front().key_place;
      out.emplace_back(item, first, report_);
    } else {
      error(item.place, "E120", "an item of " + in_quotes(key) + " is " + std::string(kind_word(item.kind)),
            "write `- name: …` and its other keys below");
    }
  }
  return out;
}

void MapReader::finish() {
  finish([](std::string_view) { return std::string{}; });
}

void MapReader::finish(std::string (*where_else)(std::string_view key)) {
  for (const Entry& entry : map_.entries) {
    if (std::find(asked_.begin(), asked_.end(), entry.key) != asked_.end()) continue;
    std::string help = where_else(entry.key);
    if (help.empty()) help = suggestion(entry.key, asked_);
    error(entry.key_place, "E110", "unknown key " + in_quotes(entry.key), std::move(help));
  }
}

}  // namespace chargehook::config
