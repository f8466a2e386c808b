/// A charger that has connected: reads its upgrade request (header at most 8 KiB, within 10 s) and keeps it until there
/// is a verdict. Core thread only.
#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <functional>
#include <memory>
#include <string>

#include "ocpp/exchange.hpp"

namespace chargehook::ocpp::io {

class Upgrade : public std::enable_shared_from_this<Upgrade> {
 public:
  using Request = boost::beast::http::request<boost::beast::http::empty_body>;

  struct Handlers {
    std::function<void(ChargerArrived)> arrived;  ///< link and listener are the owner's to fill in
    std::function<void()> gone;                   ///< nothing usable came; it has been told so as far as possible
  };

  Upgrade(boost::asio::ip::tcp::socket socket, Handlers handlers);

  void read();
  /// Answers with an HTTP status and closes. 401 asks for Basic credentials.
  void refuse(int status, const std::string& reason);
  /// Drops the connection without a word; no handler is called any more.
  void abandon();

  // for whoever accepts it: the stream and the request move over
  [[nodiscard]] boost::beast::tcp_stream take_stream() { return std::move(stream_); }
  [[nodiscard]] Request take_request() { return std::move(request_); }

 private:
  void on_read(boost::beast::error_code error, std::size_t bytes);
  void on_written(boost::beast::error_code error, std::size_t bytes);
  void tell_gone();

  boost::beast::tcp_stream stream_;
  Handlers handlers_;
  boost::beast::flat_buffer buffer_;
  boost::beast::http::request_parser<boost::beast::http::empty_body> parser_;
  Request request_;
  boost::beast::http::response<boost::beast::http::string_body> response_;
};

}  // namespace chargehook::ocpp::io
