/// How an adapter does, in one form for all kinds: its shell fills it, the core, the API and the command line pass it
/// on without knowing what it is. Plain values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace chargehook::core {

/// Counted since the adapter was started.
struct AdapterCounter {
  std::string name;  ///< stable, for machines: "durable_timeouts"
  std::uint64_t value = 0;

  bool operator==(const AdapterCounter&) const = default;
};

/// An adapter, or a part of one that counts for itself.
struct AdapterStatus {
  std::string kind;       ///< "line", "meter", "broker", "topic", "ocpp" …
  std::string name;       ///< as configured; unique within its kind and owner
  std::string part_of;    ///< kind and name of the owner, "broker local"; empty: it stands for itself
  std::string state;      ///< in a few words: "connected"
  std::string problem;    ///< why it does not run; empty while it does
  std::string next_step;  ///< what a person can do about it; with `problem`
  std::vector<AdapterCounter> counters;
  std::vector<AdapterCounter> losses;  ///< what was dropped, refused or late: when one grows, the log says so

  bool operator==(const AdapterStatus&) const = default;
};

/// "broker local"; of a part "topic depot/<charger>/telemetry of broker local".
[[nodiscard]] inline std::string title_of(const AdapterStatus& adapter) {
  std::string out = adapter.kind + ' ' + adapter.name;
  if (!adapter.part_of.empty()) out.append(" of ").append(adapter.part_of);
  return out;
}

}  // namespace chargehook::core
