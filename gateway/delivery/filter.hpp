/// Which events an endpoint wants: patterns over event types, "session.*, payment.completed", or "all".
/// Stored with the stream in its canonical text: n is derived from it, so equal text must mean equal matches for ever.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/event.hpp"
#include "model/result.hpp"

namespace chargehook::delivery {

class Filter {
 public:
  /// Matches nothing.
  Filter() = default;

  /// @param text patterns separated by commas: a type name, `prefix.*`, or `all`
  /// @return "E130" if a pattern fits no event type of the catalogue, with the nearest that does
  [[nodiscard]] static model::Result<Filter> parse(std::string_view text);

  /// As `parse`, for text that this class wrote: types unknown to this build are kept and match by name.
  [[nodiscard]] static Filter from_canonical(std::string_view text);

  [[nodiscard]] bool matches(std::string_view type) const;

  /// Whether any event type of the class can match: an endpoint has one stream for each class that can.
  [[nodiscard]] bool wants(model::EventClass event_class) const;

  /// Sorted, joined by ", ", without what another pattern covers: one meaning has one text.
  [[nodiscard]] const std::string& text() const { return text_; }

  bool operator==(const Filter& other) const { return text_ == other.text_; }

 private:
  std::vector<std::string> patterns_;  ///< "session.ended", "session." (prefix, ends with a dot), "" (all)
  std::string text_;
};

}  // namespace chargehook::delivery
