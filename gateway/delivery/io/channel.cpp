#include "delivery/io/channel.hpp"

#include <openssl/ssl.h>
#include <sys/socket.h>

#include <boost/asio/error.hpp>

namespace chargehook::delivery::io {

TlsStream& Channel::use_tls(TlsSettings::Context context) {
  context_ = std::move(context);
  return tls_.emplace(socket_, *context_);
}

bool Channel::is_quiet() {
  char byte = 0;
  return ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
         (errno == EAGAIN || errno == EWOULDBLOCK);
}

std::size_t Channel::write_at_once(const Gathered& bytes, boost::system::error_code& error) {
  if (tls_) return 0;
  const auto count = socket_.write_some(bytes, error);
  if (error == boost::asio::error::would_block) error = {};
  return error ? 0 : count;
}

void Channel::close() {
  boost::system::error_code ignored;
  // The close_notify is written before this returns, unless a write is under way; the peer's is not waited for.
  if (tls_ && SSL_is_init_finished(tls_->native_handle()) == 1) {
    tls_->async_shutdown([self = shared_from_this()](const boost::system::error_code&) {});
  }
  socket_.close(ignored);
}

}  // namespace chargehook::delivery::io
