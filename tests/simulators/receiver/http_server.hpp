/// A small HTTP/1.1 server with keep-alive. One thread: that of the io_context.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <functional>
#include <string_view>

namespace chargehook::simulators {

/// What came in; valid while the handler runs.
struct Post {
  std::string_view method;
  std::string_view id;
  std::string_view timestamp;
  std::string_view signatures;
  std::string_view body;
};

struct Answer {
  unsigned status = 200;
  std::chrono::milliseconds after{0};
};

class HttpServer {
 public:
  using Handler = std::function<Answer(const Post&)>;

  /// Throws boost::system::system_error if it cannot listen there.
  HttpServer(boost::asio::io_context& io, const boost::asio::ip::tcp::endpoint& where, Handler handler);

  [[nodiscard]] unsigned short port() const { return acceptor_.local_endpoint().port(); }

 private:
  void accept_next();

  boost::asio::ip::tcp::acceptor acceptor_;
  Handler handler_;
};

}  // namespace chargehook::simulators
