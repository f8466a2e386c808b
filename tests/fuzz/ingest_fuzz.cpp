/// Any bytes as a request body: refused with a code and one line, or an event that the journal can take as it is.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ingest/intake.hpp"
#include "model/event_type.hpp"
#include "model/result.hpp"

using namespace std::chrono_literals;
using chargehook::model::Event;

namespace {

void check(const Event& event) {
  CHARGEHOOK_ASSERT(event.id.starts_with("evt_") && event.id.size() == 30);
  const auto* type = chargehook::model::find_event_type(event.type);
  CHARGEHOOK_ASSERT(type != nullptr && type->from_ingest && type->event_class == event.event_class);
  for (const std::string_view name : {std::string_view{event.subject}, std::string_view{event.partition_key}}) {
    CHARGEHOOK_ASSERT(!name.empty() && name.size() <= 256);
    CHARGEHOOK_ASSERT(std::ranges::all_of(name, [](char c) { return c > 0x20 && c < 0x7F; }));
  }
  CHARGEHOOK_ASSERT(event.data.starts_with('{') && event.data.ends_with('}'));
  CHARGEHOOK_ASSERT(event.data.size() <= chargehook::ingest::body_bytes_max);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const chargehook::model::Site site{"depot-nord", "", "UTC", "", "", ""};
  const chargehook::model::Now now{
      chargehook::model::WallTime{1'795'500'000s}, {}, chargehook::model::TimeQuality::synced};
  const std::string_view body{reinterpret_cast<const char*>(data), size};
  const auto read = [&](std::string_view text) {
    return chargehook::ingest::read_cloud_event(site, "application/cloudevents+json", text, now);
  };
  const auto event = read(body);
  if (event.has_error()) {
    CHARGEHOOK_ASSERT(!event.error().code.empty() && !event.error().message.empty());
    CHARGEHOOK_ASSERT(event.error().message.find_first_of("\r\n") == std::string::npos);
    return 0;
  }
  check(event.value());
  CHARGEHOOK_ASSERT(read(body).value() == event.value());
  return 0;
}
