/// Connects to an upstream: resolve, connect, what the stream needs first (TLS), the WebSocket handshake. Bounded by
/// `dial.timeout`. Private to the files that instantiate it.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include "ocpp/io/stream_websocket.hpp"

namespace chargehook::ocpp::io {

template <class NextLayer>
class StreamDial : public UpstreamDial, public std::enable_shared_from_this<StreamDial<NextLayer>> {
 public:
  using Resolver = boost::asio::ip::tcp::resolver;
  using Stream = boost::beast::websocket::stream<NextLayer>;

  StreamDial(boost::asio::io_context& io, Stream stream, Dial dial, WebSocketOptions options, Handlers verdict,
             WebSocketHandlers handlers)
      : resolver_(io),
        stream_(std::move(stream)),
        dial_(std::move(dial)),
        options_(std::move(options)),
        verdict_(std::move(verdict)),
        handlers_(std::move(handlers)) {}

  void start() { resolver_.async_resolve(dial_.host, dial_.port, bind(&StreamDial::on_resolved)); }

  /// Refuses after the caller has returned.
  void fail_soon(std::string reason) {
    boost::asio::post(stream_.get_executor(), [self = this->shared_from_this(), reason = std::move(reason)]() mutable {
      self->fail(0, std::move(reason));
    });
  }

  void abandon() override {
    verdict_ = {};
    resolver_.cancel();
    boost::beast::get_lowest_layer(stream_).close();
  }

 protected:
  /// What comes between the TCP connection and the WebSocket; calls `shake_hands` or `fail`.
  virtual void secure() { shake_hands(); }

  void shake_hands() {
    namespace websocket = boost::beast::websocket;
    boost::beast::get_lowest_layer(stream_).expires_never();
    stream_.set_option(websocket::stream_base::timeout{dial_.timeout, websocket::stream_base::none(), false});
    stream_.set_option(websocket::stream_base::decorator(
        [dial = dial_](websocket::request_type& request) { set_headers(dial, request); }));
    stream_.async_handshake(response_, host_header(dial_), dial_.target, bind(&StreamDial::on_handshake));
  }

  void fail(int status, std::string reason) {
    const auto refused = std::exchange(verdict_, {}).refused;
    boost::beast::get_lowest_layer(stream_).close();
    if (refused) refused(status, std::move(reason));
  }

  template <class Member>
  auto bind(Member member) {
    return boost::beast::bind_front_handler(member, this->shared_from_this());
  }

  Stream& stream() { return stream_; }
  const Dial& dial() const { return dial_; }

 private:
  static void set_headers(const Dial& dial, boost::beast::websocket::request_type& request) {
    using boost::beast::http::field;
    if (!dial.subprotocols.empty()) request.set(field::sec_websocket_protocol, dial.subprotocols);
    if (!dial.authorization.empty()) request.set(field::authorization, dial.authorization);
    if (!dial.user_agent.empty()) request.set(field::user_agent, dial.user_agent);
  }

  static std::string host_header(const Dial& dial) {
    std::string host = dial.host.find(':') == std::string::npos ? dial.host : "[" + dial.host + "]";
    if (dial.port != (dial.secure ? "443" : "80")) host += ":" + dial.port;
    return host;
  }

  void on_resolved(boost::beast::error_code error, Resolver::results_type results) {
    if (!verdict_.refused) return;
    if (error) return fail(0, "resolve: " + error.message());
    auto& tcp = boost::beast::get_lowest_layer(stream_);
    tcp.expires_after(dial_.timeout);
    tcp.async_connect(results, bind(&StreamDial::on_connected));
  }

  void on_connected(boost::beast::error_code error, Resolver::results_type::endpoint_type) {
    if (!verdict_.refused) return;
    if (error) return fail(0, "connect: " + error.message());
    boost::beast::error_code ignored;
    boost::beast::get_lowest_layer(stream_).socket().set_option(boost::asio::ip::tcp::no_delay{true}, ignored);
    secure();
  }

  void on_handshake(boost::beast::error_code error) {
    if (!verdict_.refused) return;
    if (error == boost::beast::websocket::error::upgrade_declined) {
      return fail(static_cast<int>(response_.result_int()), "upgrade declined");
    }
    if (error) return fail(0, "handshake: " + error.message());
    std::string subprotocol{response_[boost::beast::http::field::sec_websocket_protocol]};
    auto socket = std::make_shared<StreamWebSocket<NextLayer>>(std::move(stream_), options_, std::move(handlers_));
    const auto accepted = std::exchange(verdict_, {}).accepted;
    accepted(socket, std::move(subprotocol));
    socket->open();
  }

  Resolver resolver_;
  Stream stream_;
  Dial dial_;
  WebSocketOptions options_;
  Handlers verdict_;  // empty once it is given or nobody wants it
  WebSocketHandlers handlers_;
  boost::beast::websocket::response_type response_;
};

}  // namespace chargehook::ocpp::io
