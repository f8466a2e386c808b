/// The proxy's sockets: listens for chargers, dials upstreams, carries out what ocpp::Sessions decided and hands on
/// what happens. Passes a message on before it hands it in, where it was told that it may (PassOn). Decides nothing but
/// to stop reading one side while the other's queue is too long. Owner: main. All calls and handlers on the
/// io_context's thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "model/result.hpp"
#include "ocpp/exchange.hpp"
#include "ocpp/io/websocket.hpp"
#include "ocpp/ocpp_config.hpp"

namespace chargehook::ocpp::io {

class Gate {
 public:
  /// Listens at once. `options.message_bytes_max` is taken from `config`.
  /// @param handle gets all inputs; never called from within a call of the gate
  /// @return "listen" with the address and what the system said
  [[nodiscard]] static model::Result<std::unique_ptr<Gate>> open(boost::asio::io_context& io, const OcppConfig& config,
                                                                 std::function<void(Input)> handle,
                                                                 WebSocketOptions options = {});
  ~Gate();

  /// Commands for links that are gone are passed over.
  void carry_out(Command command);

  /// Of the listeners, in their order.
  [[nodiscard]] std::vector<std::uint16_t> ports() const;

  /// Accepts no more and calls `handle` no more; sockets that are closing get their time. Idempotent.
  void stop();

 private:
  class Impl;
  explicit Gate(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace chargehook::ocpp::io
