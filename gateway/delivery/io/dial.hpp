/// Makes one connection to the host of a URL, step by step, so that it is known where it failed and why: look-up,
/// TCP connection address by address, TLS handshake. Owner: its connection. The sender's thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "delivery/attempt.hpp"
#include "delivery/io/channel.hpp"
#include "delivery/io/look_ups.hpp"
#include "delivery/io/tls_settings.hpp"

namespace chargehook::delivery::io {

/// The reason of what was cut at the total deadline.
inline constexpr std::string_view out_of_time = "not finished within the time an attempt may take";

struct DialRequest {
  HttpUrl url;                                     ///< its target does not matter
  std::chrono::milliseconds connect_timeout;       ///< for all addresses; each gets its share of what is left
  std::chrono::steady_clock::time_point deadline;  ///< connecting does not last longer; `cut` ends the rest
};

struct Dialled {
  std::shared_ptr<Channel> channel;  ///< ready for the first request; null if it failed
  Phase phase = Phase::resolve;      ///< where it failed
  int error = 0;                     ///< errno, getaddrinfo or X.509 code of that phase, 0 if none is known
  std::string reason;
  std::string remote_address;  ///< "192.0.2.7:443", "[2001:db8::7]:443": connected to, or the last one tried
};

class Dial : public std::enable_shared_from_this<Dial> {
 public:
  using Done = std::function<void(Dialled)>;

  /// @param names, tls  outlive it
  Dial(boost::asio::io_context& io, LookUps& names, TlsSettings& tls, DialRequest request, Done done);

  /// `done` is called once, later, unless it is cut before.
  void start();

  /// The time is over. @return what it came to; `done` is not called
  [[nodiscard]] Dialled cut();

 private:
  void on_looked_up(const LookedUp& found);
  void connect_next();
  void on_connected(const boost::system::error_code& error);
  void try_next(const boost::system::error_code& error);
  void secure();
  void on_secured(const boost::system::error_code& error);
  void fail(int error, std::string reason);
  void finish();

  LookUps& names_;
  TlsSettings& tls_;
  const DialRequest request_;
  Done done_;  ///< empty once it has ended: what still comes in is of no interest
  std::shared_ptr<Channel> channel_;
  boost::asio::steady_timer timer_;  ///< of one address
  std::chrono::steady_clock::time_point connect_until_;
  LookedUp found_;
  std::size_t next_ = 0;
  TlsStream* stream_ = nullptr;  ///< the channel's, while it shakes hands
  Dialled result_;
};

}  // namespace chargehook::delivery::io
