#include "judge/stored_streams.hpp"

#include <array>
#include <cstdio>
#include <string_view>

namespace chargehook::simulation {
namespace {

/// "session.*, payment.completed" or "all".
bool matches(std::string_view filter, std::string_view type) {
  while (!filter.empty()) {
    const auto comma = filter.find(", ");
    std::string_view one = filter.substr(0, comma);
    filter = comma == std::string_view::npos ? std::string_view{} : filter.substr(comma + 2);
    if (one == "all" || one == type) return true;
    if (one.ends_with(".*") && type.starts_with(one.substr(0, one.size() - 1))) return true;
  }
  return false;
}

}  // namespace

const char* class_name(int event_class) {
  constexpr std::array<const char*, 4> names{"billing", "safety", "state", "telemetry"};
  return names[static_cast<std::size_t>(event_class) % names.size()];
}

std::string endpoint_of(const StoreSnapshot& store, std::uint32_t number) {
  constexpr std::string_view owner = "config/endpoints/";
  for (const auto& [key, value] : store.kv) {
    if (key.starts_with(owner) && value == std::to_string(number)) return key.substr(owner.size());
  }
  return {};
}

std::string name_of(const StoreSnapshot& store, int event_class, std::uint32_t generation,
                    const std::string& endpoint) {
  std::array<char, 20> id{};
  std::snprintf(id.data(), id.size(), "%016llx", static_cast<unsigned long long>(store.store_id));
  return std::string{id.data()} + "/" + endpoint + "/" + class_name(event_class) + "/" + std::to_string(generation);
}

std::string name_of(const StoreSnapshot& store, const StoredStream& row, const std::string& endpoint) {
  return name_of(store, row.event_class, row.generation, endpoint);
}

bool is_for(const StoredStream& row, const StoredRecord& record, const std::string& type, const std::string& endpoint) {
  if (type == "delivery.gap") return record.subject == "endpoint/" + endpoint;
  const bool is_own = row.event_class != 3 || record.subject == "telemetry/" + endpoint;
  return is_own && matches(row.filter, type);
}

}  // namespace chargehook::simulation
