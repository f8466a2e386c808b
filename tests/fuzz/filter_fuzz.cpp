/// Any text as an event filter: refused with E130 in one line, or canonical for good.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "delivery/filter.hpp"
#include "model/event_type.hpp"
#include "model/result.hpp"

using chargehook::delivery::Filter;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto stored = Filter::from_canonical(text);
  CHARGEHOOK_ASSERT(Filter::from_canonical(stored.text()) == stored);

  const auto parsed = Filter::parse(text);
  if (parsed.has_error()) {
    CHARGEHOOK_ASSERT(parsed.error().code == "E130");
    CHARGEHOOK_ASSERT(parsed.error().message.find('\n') == std::string::npos);
    return 0;
  }
  CHARGEHOOK_ASSERT(Filter::parse(parsed.value().text()).value() == parsed.value());
  bool any = false;
  for (const auto& type : chargehook::model::event_types()) {
    const bool matches = parsed.value().matches(type.name);
    CHARGEHOOK_ASSERT(matches == stored.matches(type.name));
    CHARGEHOOK_ASSERT(!matches || parsed.value().wants(type.event_class));
    any = any || matches;
  }
  CHARGEHOOK_ASSERT(any);
  return 0;
}
