/// The attempts of one endpoint that wait, and its connections. Owner: the sender, on whose thread all runs.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "delivery/io/connection.hpp"

namespace chargehook::delivery::io {

class Destination {
 public:
  using Ended = std::function<void(AttemptResult)>;

  Destination(boost::asio::io_context& io, LookUps& names, std::chrono::milliseconds idle_limit, Ended ended);
  ~Destination();  ///< closes all connections; what is under way gets no result
  Destination(const Destination&) = delete;
  Destination& operator=(const Destination&) = delete;

  void add(AttemptRequest request);

 private:
  using Connections = std::vector<std::shared_ptr<Connection>>;

  void send_waiting();
  [[nodiscard]] std::shared_ptr<Connection> connection_for(const HttpUrl& url);
  void make_room_for(std::size_t count);
  void forget(const Connection& connection);
  void go_on(Connection& connection);
  [[nodiscard]] bool may_go_on(const Connection& connection) const;
  [[nodiscard]] AttemptRequest take_first();

  ConnectionSettings settings_;
  Ended ended_;
  std::deque<AttemptRequest> waiting_;
  std::size_t connections_max_ = 0;  ///< as the newest request said
  Connections connections_;
};

}  // namespace chargehook::delivery::io
