#include "delivery/io/destination.hpp"

#include <algorithm>
#include <utility>

namespace chargehook::delivery::io {

Destination::Destination(boost::asio::io_context& io, LookUps& names, std::chrono::milliseconds idle_limit, Ended ended)
    : settings_{io, names, {}, idle_limit}, ended_{std::move(ended)} {}

Destination::~Destination() {
  for (const auto& connection : connections_) connection->close();
}

void Destination::add(AttemptRequest request) {
  connections_max_ = static_cast<std::size_t>(request.connections);
  waiting_.push_back(std::move(request));
  send_waiting();
}

void Destination::send_waiting() {
  while (!waiting_.empty()) {
    const auto connection = connection_for(waiting_.front().request.url);
    if (!connection) return;
    connection->send(take_first());
  }
}

/// An idle one, or a new one while there may be more; null: all are busy.
std::shared_ptr<Connection> Destination::connection_for(const HttpUrl& url) {
  make_room_for(connections_max_);
  for (const auto& connection : connections_) {
    if (connection->is_busy() || !connection->serves(url)) continue;
    connection->notice_the_peer();
    if (!connection->is_closed()) return connection;
  }
  if (connections_max_ > 0) make_room_for(connections_max_ - 1);
  if (connections_.size() >= connections_max_) return nullptr;
  connections_.push_back(std::make_shared<Connection>(
      settings_, url,
      Connection::Events{[this](Connection&, AttemptResult result) { ended_(std::move(result)); },
                         [this](Connection& connection) { go_on(connection); },
                         [this](Connection& connection) { forget(connection); }}));
  return connections_.back();
}

/// Idle ones go as long as there are more than `count`: they lead elsewhere, or fewer are allowed than before.
void Destination::make_room_for(std::size_t count) {
  std::erase_if(connections_, [](const auto& one) { return one->is_closed(); });
  while (connections_.size() > count) {
    const auto idle = std::ranges::find_if(connections_, [](const auto& one) { return !one->is_busy(); });
    if (idle == connections_.end()) return;
    (*idle)->close();
    connections_.erase(idle);
  }
}

void Destination::forget(const Connection& connection) {
  std::erase_if(connections_, [&](const auto& one) { return one.get() == &connection; });
}

void Destination::go_on(Connection& connection) {
  if (connection.is_closed()) forget(connection);
  if (may_go_on(connection))
    connection.send(take_first());  // the peer was heard of a moment ago: it is not asked again
  send_waiting();
}

bool Destination::may_go_on(const Connection& connection) const {
  return !waiting_.empty() && !connection.is_closed() && !connection.is_busy() &&
         connections_.size() <= connections_max_ && connection.serves(waiting_.front().request.url);
}

AttemptRequest Destination::take_first() {
  AttemptRequest first = std::move(waiting_.front());
  waiting_.pop_front();
  return first;
}

}  // namespace chargehook::delivery::io
