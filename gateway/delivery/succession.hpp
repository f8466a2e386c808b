/// What becomes of an endpoint's stream of one class when a configuration is taken into use. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/stream.hpp"

namespace chargehook::delivery {

/// One place for a stream, and what the new configuration says of it.
struct StreamWish {
  std::uint64_t store_id = 0;
  std::string_view endpoint;  ///< name
  std::uint32_t number = 0;   ///< of the endpoint
  model::EventClass event_class{};
  std::optional<std::string> filter;   ///< canonical; nothing if the class is not wanted
  model::Sequence end = 0;             ///< last durable sequence of the class
  model::Sequence start = 0;           ///< a stream that has no predecessor begins above this
  model::Sequence lowest_pending = 0;  ///< what the predecessor has passed although it is not done begins here; 0: none
};

struct Succession {
  std::optional<model::StreamRow> closed;
  std::optional<model::StreamRow> opened;
};

/// @param latest the row of the highest generation there ever was at this place, nullptr if none
/// @return nothing in both if all stays as it is
[[nodiscard]] Succession succession(const model::StreamRow* latest, const StreamWish& wish);

}  // namespace chargehook::delivery
