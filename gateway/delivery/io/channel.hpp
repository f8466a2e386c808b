/// A TCP connection, plain or under TLS, of one thread's io_context. Shared by those who wait on it: each handler keeps
/// it, for an operation uses it until it ends.
#pragma once

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include "delivery/io/tls_settings.hpp"

namespace chargehook::delivery::io {

class Channel : public std::enable_shared_from_this<Channel> {
 public:
  using Gathered = std::array<boost::asio::const_buffer, 2>;

  explicit Channel(boost::asio::io_context& io) : socket_{io} {}

  [[nodiscard]] boost::asio::ip::tcp::socket& socket() { return socket_; }

  /// From here on bytes go through TLS, once its handshake is done. Once.
  TlsStream& use_tls(TlsSettings::Context context);

  /// Neither has the peer hung up nor said anything that is not read yet.
  [[nodiscard]] bool is_quiet();

  /// `handler` is called with an error and how many bytes came. One read at a time.
  template <class Handler>
  void read(boost::asio::mutable_buffer into, Handler handler) {
    tls_ ? tls_->async_read_some(into, std::move(handler)) : socket_.async_read_some(into, std::move(handler));
  }

  /// What a plain connection takes at once, in one system call; TLS takes nothing. @return how many bytes
  [[nodiscard]] std::size_t write_at_once(const Gathered& bytes, boost::system::error_code& error);

  /// All of it; `handler` is called with an error and a count. One write at a time.
  template <class Handler>
  void write(const Gathered& bytes, Handler handler) {
    tls_ ? boost::asio::async_write(*tls_, bytes, std::move(handler))
         : boost::asio::async_write(socket_, bytes, std::move(handler));
  }

  /// Whoever waits is told. A peer that speaks TLS is told as well that this is the end and no accident.
  void close();

 private:
  boost::asio::ip::tcp::socket socket_;
  TlsSettings::Context context_;
  std::optional<TlsStream> tls_;
};

}  // namespace chargehook::delivery::io
