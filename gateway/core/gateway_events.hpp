/// What the gateway says of itself, as events. Keys made of our own counters contain the store id.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/clock_keeper.hpp"
#include "core/config_generation.hpp"
#include "model/clock.hpp"
#include "model/event.hpp"

namespace chargehook::core {

class GatewayEvents {
 public:
  GatewayEvents(std::uint64_t store_id, std::uint32_t boot, std::string version);

  /// @param clean_stop whether the run before ended with its last commit; if not, what was seen and not yet
  ///                   committed then is lost, and receivers are told so
  [[nodiscard]] model::Event started(const model::Now& now, const ConfigGeneration& config, bool store_created,
                                     bool clean_stop);
  [[nodiscard]] model::Event stopping(const model::Now& now, const ConfigGeneration& config);
  [[nodiscard]] model::Event config_applied(const model::Now& now, const ConfigGeneration& config,
                                            std::string_view applied_by, const std::vector<std::string>& changes);
  [[nodiscard]] model::Event config_rejected(const model::Now& now, const ConfigGeneration& config,
                                             std::string_view applied_by, const std::vector<std::string>& errors);

  [[nodiscard]] model::Event clock_changed(const model::Now& now, const ConfigGeneration& config,
                                           const ClockChange& change);

  [[nodiscard]] const std::string& store() const { return store_id_; }       ///< the store's id in words
  [[nodiscard]] std::string run() const { return store_id_ + "/" + boot_; }  ///< names this run of the gateway

 private:
  [[nodiscard]] model::Event make(const model::Now& now, const ConfigGeneration& config, std::string_view type,
                                  std::string data);

  std::string store_id_;
  std::string boot_;
  std::string version_;
  std::uint64_t made_ = 0;  ///< in this boot: with store and boot the natural key
};

}  // namespace chargehook::core
