#include "delivery/selection.hpp"

#include <utility>

#include "model/stream_gap.hpp"

namespace chargehook::delivery {

Selection::Selection(Filter filter, std::string_view endpoint)
    : filter_(std::move(filter)),
      own_telemetry_("telemetry/" + std::string{endpoint}),
      own_gaps_(model::endpoint_subject(endpoint)) {}

bool Selection::has(model::EventClass event_class, std::string_view type, std::string_view subject) const {
  if (type == model::gap_type) return subject == own_gaps_;
  if (event_class == model::EventClass::telemetry && subject != own_telemetry_) return false;
  return filter_.matches(type);
}

}  // namespace chargehook::delivery
