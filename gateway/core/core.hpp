/// The deterministic heart: owns every decision of the gateway and touches nothing outside.
/// One thread calls it. The same inputs give the same outputs, byte for byte.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "core/configuration/config_generation.hpp"
#include "core/input.hpp"
#include "core/outputs.hpp"
#include "journal/stored_state.hpp"
#include "model/clock.hpp"

namespace chargehook::core {

struct CoreOptions {
  std::uint64_t seed = 0;             ///< of the jitter's generator
  std::string version;                ///< "0.1.0"
  bool running_on_last_good = false;  ///< the first configuration is the copy of the last good one
  journal::HeldFolder held_folder{};  ///< as it is at the start
};

/// Whether the next input is there already.
enum class Follows : std::uint8_t { nothing, more };

class Core {
 public:
  /// Begins from what the store said; the first commits and events come out of the first step.
  Core(ConfigPtr config, journal::StoredState stored, CoreOptions options, const model::Now& started);
  ~Core();

  /// Takes one input and appends what the world has to do to `out`. Never blocks, never throws.
  /// @param machine its clocks, read once by the caller, for this step only
  /// @param follows `more`: another step comes at once. What gains from company waits for it, above all the closing
  ///                of a batch, which would else hold the first of many events alone
  void step(const model::Now& machine, Input input, Outputs& out, Follows follows = Follows::nothing);

  /// When `step` wants a TimerDue; nothing if only outside inputs can move it.
  [[nodiscard]] std::optional<model::BootTime> next_deadline() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace chargehook::core
