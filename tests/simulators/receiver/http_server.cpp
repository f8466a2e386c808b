#include "receiver/http_server.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace chargehook::simulators {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t body_bytes_max = 256 * 1024;

std::string_view as_view(boost::beast::string_view text) { return {text.data(), text.size()}; }

/// One connection: read a request, ask the handler, answer, again. Lives in its own pending operation.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, const HttpServer::Handler& handler)
      : socket_(std::move(socket)), timer_(socket_.get_executor()), handler_(handler) {}

  void read_next() {
    request_.emplace();
    request_->body_limit(body_bytes_max);
    http::async_read(socket_, buffer_, *request_,
                     [self = shared_from_this()](error_code error, std::size_t) { self->on_read(error); });
  }

 private:
  void on_read(error_code error) {
    if (error) return;
    const auto& message = request_->get();
    const Answer answer =
        handler_(Post{as_view(message.method_string()), as_view(message["webhook-id"]),
                      as_view(message["webhook-timestamp"]), as_view(message["webhook-signature"]), message.body()});
    make_response(answer.status, message.keep_alive());
    if (answer.after.count() == 0) return write();
    timer_.expires_after(answer.after);
    timer_.async_wait([self = shared_from_this()](error_code) { self->write(); });
  }

  void make_response(unsigned status, bool keep_alive) {
    keep_alive_ = keep_alive;
    response_ = "HTTP/1.1 " + std::to_string(status) + ' ';
    response_ += as_view(http::obsolete_reason(http::int_to_status(status)));
    response_ += keep_alive ? "\r\nContent-Length: 0\r\n\r\n" : "\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
  }

  void write() {
    asio::async_write(socket_, asio::buffer(response_),
                      [self = shared_from_this()](error_code error, std::size_t) { self->on_written(error); });
  }

  void on_written(error_code error) {
    if (error) return;
    if (keep_alive_) return read_next();
    socket_.shutdown(tcp::socket::shutdown_send, error);
  }

  tcp::socket socket_;
  asio::steady_timer timer_;
  const HttpServer::Handler& handler_;  // of the server, which outlives the io_context's run
  boost::beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> request_;
  std::string response_;
  bool keep_alive_ = true;
};

}  // namespace

HttpServer::HttpServer(asio::io_context& io, const tcp::endpoint& where, Handler handler)
    : acceptor_(io, where), handler_(std::move(handler)) {
  accept_next();
}

void HttpServer::accept_next() {
  acceptor_.async_accept([this](error_code error, tcp::socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (!error) {
      socket.set_option(tcp::no_delay(true), error);
      std::make_shared<Connection>(std::move(socket), handler_)->read_next();
    }
    accept_next();
  });
}

}  // namespace chargehook::simulators
