#include "http/io/unix_client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/http.hpp>

namespace chargehook::http::io {

namespace asio = boost::asio;
namespace beast = boost::beast;

namespace {

/// Connect, write, read: one step starts the next, the first failure ends it.
class Call {
 public:
  Call(asio::io_context& io, const Request& request) : socket_(io) {
    const auto verb = beast::http::string_to_verb(request.method);
    out_ = {verb, request.target, 11};
    out_.set(beast::http::field::host, "localhost");
    if (!request.content_type.empty()) out_.set(beast::http::field::content_type, request.content_type);
    out_.body() = request.body;
    out_.prepare_payload();
  }

  void start(const std::string& path) {
    socket_.async_connect(path, [this](auto error) { error ? fail("connect", error) : write(); });
  }

  [[nodiscard]] bool done() const { return done_; }
  [[nodiscard]] const model::Error& error() const { return error_; }
  [[nodiscard]] Response response() {
    Response response{static_cast<int>(in_.result_int()), std::string{in_[beast::http::field::content_type]}, {}, {}};
    const auto retry = in_.find(beast::http::field::retry_after);
    if (retry != in_.end()) response.headers.emplace_back("Retry-After", std::string{retry->value()});
    response.body = std::move(in_.body());
    return response;
  }

 private:
  void write() {
    beast::http::async_write(socket_, out_, [this](auto error, std::size_t) { error ? fail("http", error) : read(); });
  }
  void read() {
    beast::http::async_read(socket_, buffer_, in_, [this](auto error, std::size_t) {
      if (error) return fail("http", error);
      done_ = true;
      error_ = {};
    });
  }
  void fail(const char* code, const boost::system::error_code& error) { error_ = {code, error.message()}; }

  asio::local::stream_protocol::socket socket_;
  beast::http::request<beast::http::string_body> out_;
  beast::http::response<beast::http::string_body> in_;
  beast::flat_buffer buffer_;
  model::Error error_{"timeout", "no answer in time"};
  bool done_ = false;
};

}  // namespace

model::Result<Response> call(const std::string& path, const Request& request, std::chrono::milliseconds timeout) {
  if (path.size() >= 108) return model::Error{"connect", "the path of the socket is too long: " + path};
  asio::io_context io;
  Call one{io, request};
  one.start(path);
  io.run_for(timeout);
  if (!one.done()) return model::Error{one.error().code, path + ": " + one.error().message};
  return one.response();
}

}  // namespace chargehook::http::io
