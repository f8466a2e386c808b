/// How TLS is spoken to one endpoint: 1.2 or later, a certificate of an authority that the system trusts, for the
/// name or address in the URL. Owner: its destination. One thread.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <memory>
#include <string>

namespace chargehook::delivery::io {

class TlsSettings {
 public:
  using Context = std::shared_ptr<boost::asio::ssl::context>;

  /// The connections of an endpoint share one context. It goes with the last of them, so that a changed set of
  /// authorities counts from the next connection to a receiver that failed.
  /// @return null if the authorities cannot be read
  [[nodiscard]] Context context();

 private:
  std::weak_ptr<boost::asio::ssl::context> made_;
};

using TlsStream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>;

/// Before the handshake: whose certificate is expected, and what name is asked for (SNI; none for an address).
/// @return false if `host` can be no name of a certificate
[[nodiscard]] bool expect_peer(TlsStream& stream, const std::string& host);

struct TlsFailure {
  int error = 0;  ///< X.509 code, or errno if the connection broke, or 0
  std::string reason;
};

/// After a handshake that failed with `error`.
[[nodiscard]] TlsFailure explain_handshake(TlsStream& stream, const boost::system::error_code& error);

}  // namespace chargehook::delivery::io
