/// What the gateway says of itself, as events. Keys made of our own counters contain the store id.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/configuration/config_generation.hpp"
#include "core/retention/outlook.hpp"
#include "core/time/clock_keeper.hpp"
#include "journal/format/gap_row.hpp"
#include "journal/stored_state.hpp"
#include "model/clock.hpp"
#include "model/event.hpp"

namespace chargehook::core {

/// A loss, and whom it is told.
struct GapTold {
  journal::GapReason reason;
  const std::string& endpoint;  ///< name
  const model::StreamGap& gap;
  std::string_view stream = {};  ///< its name, where it is in use; empty: of the store that had given its numbers
};

struct ClassPressure {
  model::EventClass event_class{};
  bool admitted = true;
  std::uint64_t evicted = 0;
  std::uint64_t expired = 0;
  ClassOutlook outlook;
};

/// How full the store is, when the level has changed.
struct StoragePressure {
  journal::PressureLevel level{};
  journal::PressureLevel before{};
  journal::Usage usage;
  std::vector<ClassPressure> classes;
};

class GatewayEvents {
 public:
  GatewayEvents(const journal::StoredState& stored, std::string version);

  /// Says whether the run before ended with its last commit (if not, what was seen and not yet committed then is lost)
  /// and why the store has another id, if it has.
  [[nodiscard]] model::Event started(const model::Now& now, const ConfigGeneration& config,
                                     const journal::StoredState& stored);
  [[nodiscard]] model::Event stopping(const model::Now& now, const ConfigGeneration& config);
  [[nodiscard]] model::Event config_applied(const model::Now& now, const ConfigGeneration& config,
                                            std::string_view applied_by, const std::vector<std::string>& changes);
  [[nodiscard]] model::Event config_rejected(const model::Now& now, const ConfigGeneration& config,
                                             std::string_view applied_by, const std::vector<std::string>& errors);

  [[nodiscard]] model::Event storage_pressure(const model::Now& now, const ConfigGeneration& config,
                                              const StoragePressure& told);

  /// Of the class that lost something, for the one endpoint that did.
  [[nodiscard]] model::Event gap(const model::Now& now, const ConfigGeneration& config, const GapTold& told);
  [[nodiscard]] model::Event clock_changed(const model::Now& now, const ConfigGeneration& config,
                                           const ClockChange& change);

  [[nodiscard]] const std::string& store() const { return store_id_; }       ///< the store's id in words
  [[nodiscard]] std::string run() const { return store_id_ + "/" + boot_; }  ///< names this run of the gateway

 private:
  [[nodiscard]] model::Event make(const model::Now& now, const ConfigGeneration& config, std::string_view type,
                                  std::string data);

  std::uint64_t store_number_;
  std::vector<journal::StoreOrigin> origins_;  ///< of the store: whose streams a loss may be about
  std::string store_id_;
  std::string boot_;
  std::string version_;
  std::uint64_t made_ = 0;  ///< in this boot: with store and boot the natural key
};

}  // namespace chargehook::core
