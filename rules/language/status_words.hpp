/// The words that status signals are known to say, to find slips of the finger. Others are allowed: vendors have their
/// own.
#pragma once

#include <span>
#include <string_view>

#include "model/signal.hpp"

namespace chargehook::rules {

/// Sorted; empty if the catalogue fixes none for this signal.
/// Source: OCPP 1.6 §7.6 ChargePointErrorCode, §7.7 ChargePointStatus; OCPP 2.0.1 Part 2 §3.22 ConnectorStatusEnumType.
[[nodiscard]] std::span<const std::string_view> status_words(model::SignalId signal);

}  // namespace chargehook::rules
