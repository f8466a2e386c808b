/// Any pair of Retry-After and Date, parted by a line end: nothing, or a wait that is not negative.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "delivery/http_date.hpp"
#include "delivery/retry_schedule.hpp"
#include "model/result.hpp"

namespace delivery = chargehook::delivery;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto line_end = text.find('\n');
  const auto retry_after = text.substr(0, line_end);
  const auto date = line_end == std::string_view::npos ? std::string_view{} : text.substr(line_end + 1);
  const auto wait = delivery::parse_retry_after(retry_after, date);
  if (wait) CHARGEHOOK_ASSERT(wait->count() >= 0);
  if (delivery::parse_http_date(date)) CHARGEHOOK_ASSERT(delivery::parse_retry_after(date, date)->count() == 0);
  delivery::Random random{size};
  const auto delay = delivery::retry_delay({}, static_cast<int>(size), wait, random);
  CHARGEHOOK_ASSERT(delay >= std::chrono::seconds{1} && delay <= std::chrono::seconds{86'401});
  return 0;
}
