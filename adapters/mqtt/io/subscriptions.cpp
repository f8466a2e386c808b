#include "mqtt/io/subscriptions.hpp"

#include <algorithm>

namespace chargehook::mqtt::io {
namespace {

constexpr int first_failure_code = 0x80;  ///< of the reason codes of MQTT 5

bool is_taken(const ::mqtt::token& token) {
  const auto codes = token.get_subscribe_response().get_reason_codes();
  return std::ranges::all_of(codes, [](const auto code) { return static_cast<int>(code) < first_failure_code; });
}

const TopicConfig* topic_of(const ::mqtt::token& token) {
  return static_cast<const TopicConfig*>(token.get_user_context());
}

}  // namespace

Subscriptions::Subscriptions(const std::vector<TopicConfig>& topics, std::chrono::milliseconds ask_again_after)
    : topics_(topics), ask_again_after_(ask_again_after) {}

void Subscriptions::ask_for_all(::mqtt::async_client& client) {
  {
    const std::lock_guard guard{mutex_};
    refused_.clear();
    asked_ = Clock::now();
  }
  for (const TopicConfig& topic : topics_) ask_for(client, topic);
}

void Subscriptions::ask_again(::mqtt::async_client& client) {
  for (const TopicConfig* topic : due()) ask_for(client, *topic);
}

std::set<const TopicConfig*> Subscriptions::due() {
  const std::lock_guard guard{mutex_};
  if (refused_.empty() || Clock::now() < asked_ + ask_again_after_) return {};
  asked_ = Clock::now();
  return refused_;
}

void Subscriptions::ask_for(::mqtt::async_client& client, const TopicConfig& topic) {
  const int quality = topic.event ? 1 : 0;
  client.subscribe(topic.topic.filter(), quality, const_cast<TopicConfig*>(&topic), *this,
                   ::mqtt::subscribe_options(true));
}

void Subscriptions::on_failure(const ::mqtt::token& token) {
  const std::lock_guard guard{mutex_};
  refused_.insert(topic_of(token));
}

/// An exception that leaves a callback ends the process.
void Subscriptions::on_success(const ::mqtt::token& token) {
  try {
    const bool taken = is_taken(token);
    const std::lock_guard guard{mutex_};
    taken_ += taken ? 1 : 0;
    taken ? (void)refused_.erase(topic_of(token)) : (void)refused_.insert(topic_of(token));
  } catch (const std::exception&) {
    on_failure(token);
  }
}

std::uint64_t Subscriptions::taken() const {
  const std::lock_guard guard{mutex_};
  return taken_;
}

std::uint64_t Subscriptions::refused() const {
  const std::lock_guard guard{mutex_};
  return refused_.size();
}

}  // namespace chargehook::mqtt::io
