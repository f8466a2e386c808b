/// Reads the keys of a map by name and type. Whatever is wrong is reported once, at its place; the getters then give
/// nothing, so that a section reads on and finds the rest.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/quantity.hpp"
#include "config/yaml_tree.hpp"
#include "model/unit.hpp"

namespace chargehook::config {

enum class Need { required, optional };

/// A text and where it stands.
struct Text {
  std::string text;
  Place place;
};

/// A key and the text behind it.
struct KeyText {
  Text key;
  Text value;
};

/// Smallest and largest that is allowed, both allowed.
template <class T>
struct Bounds {
  T min;
  T max;
};

/// How long a text may be where nothing else is said.
inline constexpr std::size_t text_bytes_usual = 256;

/// One map of one file. Owns nothing; node and report must outlive it.
/// Ask for every key there can be, then call finish(): it reports the keys nobody asked for.
class MapReader {
 public:
  /// @param place where a missing key is reported: the key that this map belongs to, or its first key
  MapReader(const Node& map, const Place& place, Report& report) : map_(map), place_(place), report_(report) {}

  /// Any text on one line.
  [[nodiscard]] std::optional<Text> text(std::string_view key, Need need, std::size_t bytes_max = text_bytes_usual);
  /// And warns of a `#` that cuts it.
  [[nodiscard]] std::optional<Text> free_text(std::string_view key, Need need,
                                              std::size_t bytes_max = text_bytes_usual);
  [[nodiscard]] std::optional<Text> name(std::string_view key,
                                         Need need);  ///< [a-z0-9-], 1 to 64, not `-` first or last
  [[nodiscard]] std::optional<Text> one_of(std::string_view key, Need need, std::span<const std::string_view> words);
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view key, Need need, Bounds<std::int64_t> bounds);
  [[nodiscard]] std::optional<bool> boolean(std::string_view key, Need need);

  /// In the base unit of `quantity`; bounds too.
  [[nodiscard]] std::optional<double> quantity(std::string_view key, Need need, model::Quantity quantity,
                                               std::string_view example, Bounds<double> bounds);
  [[nodiscard]] std::optional<std::chrono::milliseconds> duration(std::string_view key, Need need,
                                                                  Bounds<std::chrono::milliseconds> bounds);
  [[nodiscard]] std::optional<std::uint64_t> size(std::string_view key, Need need, Bounds<std::uint64_t> bounds);

  /// `a, b, c` on one line, or one `- ` a line.
  [[nodiscard]] std::optional<std::vector<Text>> words(std::string_view key, Need need);

  /// Every key with its text, for maps whose keys are names of other things; none of them is unknown to finish().
  [[nodiscard]] std::vector<KeyText> all_texts();

  [[nodiscard]] std::optional<MapReader> map(std::string_view key, Need need);
  [[nodiscard]] std::vector<MapReader> maps(std::string_view key, Need need);  ///< a list of maps

  /// Reports every key that was not asked for (E110), with the nearest that was.
  void finish();

  /// As finish(), with a word on where else a key belongs.
  void finish(std::string (*where_else)(std::string_view key));

  void error(const Place& place, std::string_view code, std::string message, std::string help = {}) {
    report_.error(place, code, std::move(message), std::move(help));
  }
  [[nodiscard]] Report& report() { return report_; }
  [[nodiscard]] const Place& place() const { return place_; }

 private:
  const Entry* find(std::string_view key, Need need);
  const Entry* scalar(std::string_view key, Need need);
  void wrong_kind(const Entry& entry, std::string_view wanted, std::string help);
  bool check_text(const Entry& entry, std::size_t bytes_max = text_bytes_usual);
  template <class T>
  std::optional<T> taken(const Entry& entry, Read<T> read);

  const Node& map_;
  Place place_;
  Report& report_;
  std::vector<std::string_view> asked_;
};

/// Whether `text` is a name as MapReader::name reads them.
[[nodiscard]] bool is_name(std::string_view text);

}  // namespace chargehook::config
