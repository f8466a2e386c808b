/// What the rows of a store say together of a stream: its name, and which records it counts. Uses no code of the
/// gateway.
#pragma once

#include <cstdint>
#include <string>

#include "judge/store_reader.hpp"

namespace chargehook::simulation {

/// Names of the classes, by number.
[[nodiscard]] const char* class_name(int event_class);

/// @return empty if `kv` has no endpoint of that number
[[nodiscard]] std::string endpoint_of(const StoreSnapshot& store, std::uint32_t number);

[[nodiscard]] std::string name_of(const StoreSnapshot& store, int event_class, std::uint32_t generation,
                                  const std::string& endpoint);
[[nodiscard]] std::string name_of(const StoreSnapshot& store, const StoredStream& row, const std::string& endpoint);

/// Whether a row of `pend` or `nmap` is of the stream.
template <class Row>
[[nodiscard]] bool is_of(const Row& row, const StoredStream& stream) {
  return row.endpoint == stream.endpoint && row.event_class == stream.event_class &&
         row.generation == stream.generation;
}

/// Of gap events and of telemetry an endpoint gets what is about it; all else by the filter.
[[nodiscard]] bool is_for(const StoredStream& row, const StoredRecord& record, const std::string& type,
                          const std::string& endpoint);

}  // namespace chargehook::simulation
