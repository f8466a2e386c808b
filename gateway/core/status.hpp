/// What runs and what is wrong, as the core knows it at one moment.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/adapter_status.hpp"
#include "core/flash_wear.hpp"
#include "core/retention/held_billing.hpp"
#include "core/retention/outlook.hpp"
#include "core/store_check.hpp"
#include "core/time/clock_keeper.hpp"
#include "delivery/streams.hpp"
#include "journal/batch.hpp"
#include "model/clock.hpp"
#include "model/event.hpp"

namespace chargehook::core {

struct ClassStatus {
  std::uint64_t admitted = 0;  ///< since start
  std::uint64_t refused = 0;   ///< since start
  model::Ordinal stored = 0;   ///< ordinal of the last durable event
  model::Ordinal floor = 0;    ///< ordinal below which all is trimmed
  std::uint64_t evicted = 0;   ///< since start: undelivered and gone for want of space, once for each endpoint
  std::uint64_t expired = 0;   ///< since start: undelivered and gone for age, once for each endpoint
  ClassOutlook outlook{};
};

struct StatusReport {
  std::string gateway_id;
  std::string version;
  std::string config_hash;
  std::string applied_by;             ///< "start", or who applied the configuration that runs
  model::WallTime applied_at;         ///< when it was taken into use
  bool running_on_last_good = false;  ///< the files had errors at the start: the copy of the last good ones runs
  ClockStatus clock;
  std::chrono::seconds uptime{};
  std::string journal;  ///< "ok", or what is wrong with the store in words
  journal::Usage usage;
  journal::PressureLevel pressure = journal::PressureLevel::none;
  std::uint64_t gaps = 0;                ///< rows in `gaps`: losses whose events are still in the log
  std::vector<std::string> store_notes;  ///< bad parts of the store that the start or a read came upon, in words
  StoreCheckReport store_check;
  HeldBillingStatus held_billing;
  FlashStatus flash;
  std::array<ClassStatus, model::event_class_count> classes{};
  std::vector<delivery::EndpointStatus> endpoints;
  std::uint64_t active_alarms = 0;
  std::uint64_t chargers = 0;  ///< in the configuration
  std::vector<AdapterStatus> adapters;
};

}  // namespace chargehook::core
