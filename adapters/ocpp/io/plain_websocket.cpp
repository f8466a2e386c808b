#include "ocpp/io/plain_websocket.hpp"

#include "ocpp/io/stream_dial.hpp"
#include "ocpp/io/stream_websocket.hpp"

namespace chargehook::ocpp::io {
namespace {

using PlainWebSocket = StreamWebSocket<boost::beast::tcp_stream>;
using PlainDial = StreamDial<boost::beast::tcp_stream>;

}  // namespace

std::shared_ptr<WebSocket> accept_plain(Upgrade& upgrade, const std::string& subprotocol, WebSocketOptions options,
                                        WebSocketHandlers handlers) {
  auto socket =
      std::make_shared<PlainWebSocket>(PlainWebSocket::Stream{upgrade.take_stream()}, options, std::move(handlers));
  socket->accept(upgrade.take_request(), subprotocol);
  return socket;
}

std::shared_ptr<UpstreamDial> dial_plain(boost::asio::io_context& io, Dial dial, WebSocketOptions options,
                                         UpstreamDial::Handlers verdict, WebSocketHandlers handlers) {
  auto connection = std::make_shared<PlainDial>(io, PlainDial::Stream{io}, std::move(dial), options, std::move(verdict),
                                                std::move(handlers));
  connection->start();
  return connection;
}

}  // namespace chargehook::ocpp::io
