// A request body as a local system may send it: any bytes give one event or one clear error.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "ingest/intake.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace chargehook;
  const std::string_view body{reinterpret_cast<const char*>(data), size};
  const model::Site site{"depot", "Depot", "Europe/Berlin", "EUR", "DE", ""};
  const model::Now now{model::WallTime{std::chrono::seconds{1'790'000'000}}, model::BootTime{}, model::TimeQuality::synced};
  const auto event = ingest::read_cloud_event(site, "application/cloudevents+json", body, now);
  if (!event) {
    if (event.error().code.empty() || event.error().message.empty()) std::abort();
    return 0;
  }
  const auto& read = event.value();
  const bool whole = read.id.starts_with("evt_") && !read.type.empty() && !read.subject.empty() &&
                     read.subject.size() <= 256 && read.data.starts_with('{') && read.data.ends_with('}');
  if (!whole) std::abort();
  return 0;
}
