#include <algorithm>
#include <array>

#include "config/nearest.hpp"
#include "config/sections.hpp"

namespace chargehook::config {
namespace {

constexpr std::array<std::string_view, 3> environments{"production", "staging", "test"};
constexpr std::uint64_t mebibyte = 1024 * 1024;
/// The journal is mapped as a whole, and 32 bits have no room for more.
constexpr std::uint64_t storage_max = (sizeof(void*) > 4 ? 64 * 1024 : 512) * mebibyte;
constexpr Bounds<std::uint64_t> storage_size{16 * mebibyte, storage_max};
constexpr Bounds<std::uint64_t> class_size{1 * mebibyte, 64 * 1024 * mebibyte};
constexpr Bounds<std::chrono::milliseconds> kept_time{std::chrono::hours{1}, std::chrono::hours{10 * 365 * 24}};
constexpr Bounds<std::chrono::milliseconds> held_time{std::chrono::hours{24}, std::chrono::hours{10 * 365 * 24}};

void read_gateway(MapReader gateway, core::GatewayConfig& out) {
  if (auto id = gateway.name("id", Need::required)) out.id = std::move(id->text);
  auto environment = gateway.one_of("environment", Need::optional, environments);
  out.environment = environment ? std::move(environment->text) : std::string(environments.front());
  gateway.finish();
}

std::optional<std::chrono::seconds> seconds_in(MapReader& map, std::string_view key,
                                               Bounds<std::chrono::milliseconds> bounds = kept_time) {
  const auto time = map.duration(key, Need::optional, bounds);
  if (!time) return std::nullopt;
  return std::chrono::ceil<std::chrono::seconds>(*time);
}

/// Billing has no age at which it goes and no size that it is cut to.
void read_billing(MapReader& storage, journal::RetentionLimits& out) {
  auto map = storage.map("billing", Need::optional);
  if (!map) return;
  if (const auto hold = seconds_in(*map, "hold", held_time)) out.billing_hold = *hold;
  map->finish();
}

void read_class(MapReader& storage, model::EventClass event_class, journal::RetentionLimits& out) {
  auto map = storage.map(to_string(event_class), Need::optional);
  if (!map) return;
  auto& limits = out.classes[static_cast<std::size_t>(event_class)];
  if (const auto keep = seconds_in(*map, "keep")) limits.keep = keep;
  if (const auto most = map->size("at_most", Need::optional, class_size)) limits.bytes = most;
  map->finish();
}

void read_storage(MapReader storage, core::StorageConfig& out) {
  if (const auto size = storage.size("size", Need::optional, storage_size)) out.size_bytes = *size;
  if (const auto keep = seconds_in(storage, "keep_delivered")) out.keep.keep_delivered = *keep;
  read_billing(storage, out.keep);
  for (const auto event_class : {model::EventClass::safety, model::EventClass::state, model::EventClass::telemetry}) {
    read_class(storage, event_class, out.keep);
  }
  storage.finish();
}

constexpr std::array<std::string_view, 4> time_sources{"ntp", "csms", "https", "manual"};

void read_trust(MapReader& clock, std::vector<model::TimeSource>& out) {
  const auto words = clock.words("trust", Need::optional);
  if (!words) return;
  out.clear();
  for (const Text& word : *words) {
    const auto source = model::parse_time_source(word.text);
    if (!source) {
      clock.error(word.place, "E139", in_quotes(word.text) + " is not a value of \"trust\"",
                  suggestion(word.text, time_sources));
    } else if (std::ranges::find(out, *source) != out.end()) {
      clock.error(word.place, "E140", in_quotes(word.text) + " is given twice", "delete one of the two");
    } else {
      out.push_back(*source);
    }
  }
}

void read_clock(MapReader clock, core::ClockConfig& out) {
  read_trust(clock, out.trust);
  clock.finish();
}

}  // namespace

void read_gateway_file(MapReader& top, Draft& draft) {
  if (auto gateway = top.map("gateway", Need::required)) read_gateway(*gateway, draft.generation.gateway);
  if (auto storage = top.map("storage", Need::optional)) read_storage(*storage, draft.generation.storage);
  if (auto clock = top.map("clock", Need::optional)) read_clock(*clock, draft.generation.clock);
  top.finish(where_section_belongs);
}

}  // namespace chargehook::config
