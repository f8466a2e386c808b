#include "rules/language/status_words.hpp"

#include <array>

namespace chargehook::rules {

namespace {

constexpr std::array<std::string_view, 10> statuses{
    "Available", "Charging", "Faulted",     "Finishing",     "Occupied",
    "Preparing", "Reserved", "SuspendedEV", "SuspendedEVSE", "Unavailable",
};
constexpr std::array<std::string_view, 16> errors{
    "ConnectorLockFailure", "EVCommunicationError", "GroundFailure",     "HighTemperature",
    "InternalError",        "LocalListConflict",    "NoError",           "OtherError",
    "OverCurrentFailure",   "OverVoltage",          "PowerMeterFailure", "PowerSwitchFailure",
    "ReaderFailure",        "ResetFailure",         "UnderVoltage",      "WeakSignal",
};

}  // namespace

std::span<const std::string_view> status_words(model::SignalId signal) {
  const std::string_view name = model::signal(signal).name;
  if (name == "connector.status") return statuses;
  if (name == "connector.error") return errors;
  return {};
}

}  // namespace chargehook::rules
