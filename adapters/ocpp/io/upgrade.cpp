#include "ocpp/io/upgrade.hpp"

#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

namespace chargehook::ocpp::io {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;

constexpr std::uint32_t header_bytes_max = 8 * 1024;
constexpr std::chrono::seconds request_timeout{10};

std::string field(const Upgrade::Request& request, http::field name) { return std::string{request[name]}; }

std::string address_of(const beast::tcp_stream& stream) {
  beast::error_code error;
  const auto endpoint = stream.socket().remote_endpoint(error);
  return error ? std::string{} : endpoint.address().to_string();
}

}  // namespace

Upgrade::Upgrade(boost::asio::ip::tcp::socket socket, Handlers handlers)
    : stream_(std::move(socket)), handlers_(std::move(handlers)), buffer_(2 * header_bytes_max) {
  parser_.header_limit(header_bytes_max);
  parser_.body_limit(0);
  beast::error_code ignored;
  stream_.socket().set_option(boost::asio::ip::tcp::no_delay{true}, ignored);
}

void Upgrade::read() {
  stream_.expires_after(request_timeout);
  http::async_read(stream_, buffer_, parser_, beast::bind_front_handler(&Upgrade::on_read, shared_from_this()));
}

void Upgrade::on_read(beast::error_code error, std::size_t) {
  if (error) return tell_gone();
  stream_.expires_never();
  request_ = parser_.release();
  // Chargers are seen that forget the Connection header.
  if (!request_.count(http::field::connection)) request_.set(http::field::connection, "Upgrade");
  if (!beast::websocket::is_upgrade(request_)) return refuse(426, "a WebSocket is expected here");
  ChargerArrived arrived;
  arrived.target = std::string{request_.target()};
  arrived.subprotocols = field(request_, http::field::sec_websocket_protocol);
  arrived.authorization = field(request_, http::field::authorization);
  arrived.user_agent = field(request_, http::field::user_agent);
  arrived.remote_address = address_of(stream_);
  handlers_.arrived(std::move(arrived));
}

void Upgrade::refuse(int status, const std::string& reason) {
  response_.version(11);
  response_.result(static_cast<unsigned>(status));
  response_.set(http::field::content_type, "text/plain");
  if (status == 401) response_.set(http::field::www_authenticate, "Basic realm=\"ocpp\"");
  if (status == 426) response_.set(http::field::upgrade, "websocket");
  response_.keep_alive(false);
  response_.body() = reason + "\n";
  response_.prepare_payload();
  stream_.expires_after(request_timeout);
  http::async_write(stream_, response_, beast::bind_front_handler(&Upgrade::on_written, shared_from_this()));
}

void Upgrade::on_written(beast::error_code, std::size_t) {
  beast::error_code ignored;
  stream_.socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
  tell_gone();
}

void Upgrade::abandon() {
  handlers_ = {};
  stream_.close();
}

void Upgrade::tell_gone() {
  const auto gone = std::exchange(handlers_, {}).gone;
  if (gone) gone();
}

}  // namespace chargehook::ocpp::io
