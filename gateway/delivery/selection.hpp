/// Which events of its class are a stream's own, and count. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "delivery/filter.hpp"
#include "model/event.hpp"

namespace chargehook::delivery {

class Selection {
 public:
  /// @param endpoint its name: of telemetry only what was gathered for it is its own (subject "telemetry/<endpoint>"),
  ///                 of gap events only those about it, and those whatever its filter
  Selection(Filter filter, std::string_view endpoint);

  [[nodiscard]] bool has(model::EventClass event_class, std::string_view type, std::string_view subject) const;

 private:
  Filter filter_;
  std::string own_telemetry_;
  std::string own_gaps_;
};

}  // namespace chargehook::delivery
