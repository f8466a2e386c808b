/// Which topics a broker lets us read: asks it for all of them with each connection, and now and then for those that it
/// refused, because rights are given while we run. Owner: a subscriber's client, which it outlives.
#pragma once

#include <mqtt/async_client.h>

#include <chrono>
#include <cstdint>
#include <mutex>
#include <set>
#include <vector>

#include "mqtt/mqtt_config.hpp"

namespace chargehook::mqtt::io {

class Subscriptions final : public ::mqtt::iaction_listener {
 public:
  /// @param topics stay where they are for as long as this lives
  Subscriptions(const std::vector<TopicConfig>& topics, std::chrono::milliseconds ask_again_after);

  /// At each connection, from Paho's thread.
  void ask_for_all(::mqtt::async_client& client);

  /// Not from a callback: waits for Paho's one lock.
  void ask_again(::mqtt::async_client& client);

  [[nodiscard]] std::uint64_t taken() const;    ///< subscriptions the broker took, since the start
  [[nodiscard]] std::uint64_t refused() const;  ///< topics it does not let us read at present

 private:
  using Clock = std::chrono::steady_clock;

  void on_failure(const ::mqtt::token& token) override;
  void on_success(const ::mqtt::token& token) override;
  void ask_for(::mqtt::async_client& client, const TopicConfig& topic);
  [[nodiscard]] std::set<const TopicConfig*> due();

  const std::vector<TopicConfig>& topics_;
  const std::chrono::milliseconds ask_again_after_;
  mutable std::mutex mutex_;              ///< never held while Paho is called
  std::set<const TopicConfig*> refused_;  // guarded by mutex_
  Clock::time_point asked_;               // guarded by mutex_
  std::uint64_t taken_ = 0;               // guarded by mutex_
};

}  // namespace chargehook::mqtt::io
