/// What is to be posted and what has come of it, shared by the connections of a run. Owner: main; one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/line_log.hpp"
#include "terminal/event_maker.hpp"

namespace chargehook::simulators {

/// The answer to an event that was taken.
struct Told {
  std::string id;  ///< the gateway's: "evt_…"
  std::string sequence;
};

class Story {
 public:
  /// @param count how many events in all; 0: without end
  Story(Cast cast, std::uint64_t count, const std::string& log);

  /// The next event of a device; nothing once all are given out.
  std::optional<MadeEvent> next(std::uint64_t device);

  /// Writes it down: from now on it must reach the receiver.
  void told(const MadeEvent& event, const Told& answer, std::chrono::microseconds took);
  /// Written down too: it will not be tried again.
  void refused(const MadeEvent& event, unsigned status, const std::string& answer);
  void tried_again() { ++tried_again_; }

  [[nodiscard]] bool all_taken() const { return refused_ == 0; }
  [[nodiscard]] std::string summary(std::chrono::duration<double> took) const;

 private:
  Cast cast_;
  std::uint64_t left_;
  bool endless_;
  LineLog log_;
  std::vector<std::uint64_t> index_of_device_;
  std::vector<std::uint32_t> latencies_us_;
  std::uint64_t told_ = 0;
  std::uint64_t refused_ = 0;
  std::uint64_t tried_again_ = 0;
};

}  // namespace chargehook::simulators
