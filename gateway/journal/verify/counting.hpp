/// How streams count, for whoever checks or carries over their rows: which types a stored filter matches, and how the
/// chain links. The journal keeps rows of streams and does not know what is in them; delivery knows, and hands it in.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "model/stream.hpp"

namespace chargehook::journal {

struct Counting {
  using Matches = std::function<bool(std::string_view type, std::string_view subject)>;

  std::function<Matches(const model::StreamRow& row, std::string_view endpoint)> matcher;  ///< of the row's own events
  std::function<model::ChainHash(std::uint64_t store_id, std::string_view endpoint, const model::StreamId& id)> begin;
  std::function<model::ChainHash(const model::ChainHash& previous, std::uint64_t n, std::string_view event_id)> link;
};

}  // namespace chargehook::journal
