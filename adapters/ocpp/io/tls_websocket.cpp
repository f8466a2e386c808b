#include "ocpp/io/tls_websocket.hpp"

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/websocket/ssl.hpp>

#include "ocpp/io/stream_dial.hpp"

namespace chargehook::ocpp::io {
namespace {

namespace ssl = boost::asio::ssl;
using TlsStream = ssl::stream<boost::beast::tcp_stream>;

bool is_address(const std::string& host) {
  boost::beast::error_code error;
  boost::asio::ip::make_address(host, error);
  return !error;
}

class TlsDial : public StreamDial<TlsStream> {
 public:
  using StreamDial::StreamDial;

 protected:
  void secure() override {
    TlsStream& tls = stream().next_layer();
    const std::string& host = dial().host;
    if (!is_address(host) && SSL_set_tlsext_host_name(tls.native_handle(), host.c_str()) != 1) {
      return fail(0, "TLS: the host's name cannot be sent");
    }
    boost::beast::error_code error;
    tls.set_verify_callback(ssl::host_name_verification{host}, error);
    if (error) return fail(0, "TLS: " + error.message());
    tls.async_handshake(ssl::stream_base::client,
                        boost::beast::bind_front_handler(&TlsDial::on_secured,
                                                         std::static_pointer_cast<TlsDial>(this->shared_from_this())));
  }

 private:
  void on_secured(boost::beast::error_code error) { error ? fail(0, "TLS: " + error.message()) : shake_hands(); }
};

/// A context is cheap beside a handshake, and so a changed trust file takes effect with the next connection.
boost::beast::error_code prepare(ssl::context& context, const std::string& trust_file) {
  boost::beast::error_code error;
  context.set_options(ssl::context::default_workarounds | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1, error);
  if (!error) context.set_verify_mode(ssl::verify_peer, error);
  if (error) return error;
  if (trust_file.empty()) {
    context.set_default_verify_paths(error);
  } else {
    context.load_verify_file(trust_file, error);
  }
  return error;
}

}  // namespace

std::shared_ptr<UpstreamDial> dial_tls(boost::asio::io_context& io, Dial dial, WebSocketOptions options,
                                       UpstreamDial::Handlers verdict, WebSocketHandlers handlers) {
  ssl::context context{ssl::context::tls_client};
  const auto error = prepare(context, options.trust_file);
  TlsDial::Stream stream{io, context};
  auto connection = std::make_shared<TlsDial>(io, std::move(stream), std::move(dial), std::move(options),
                                              std::move(verdict), std::move(handlers));
  error ? connection->fail_soon("TLS: cannot read the trusted authorities: " + error.message()) : connection->start();
  return connection;
}

}  // namespace chargehook::ocpp::io
