/// One kept-alive connection of an endpoint: brought to its receiver for the first attempt, then one POST after the
/// other. It decides nothing: each attempt gives one result; anything but a whole answer that allows more closes it.
/// Owner: its destination. The sender's thread. Costs per attempt, when kept alive and plain: one gathered write and
/// one read; after an idle time one look before, whether the peer has gone.
#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "delivery/attempt.hpp"
#include "delivery/io/answer_reader.hpp"
#include "delivery/io/channel.hpp"
#include "delivery/io/dial.hpp"

namespace chargehook::delivery::io {

/// What the connections of one endpoint have in common. Outlives them.
struct ConnectionSettings {
  boost::asio::io_context& io;
  LookUps& names;
  TlsSettings tls;
  std::chrono::milliseconds idle_limit;
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  /// Told to the owner.
  struct Events {
    std::function<void(Connection&, AttemptResult)> ended;  ///< an attempt has
    std::function<void(Connection&)> free;    ///< soon after: the next attempt may begin, unless it is closed
    std::function<void(Connection&)> closed;  ///< while nothing was under way
  };

  /// @param url names scheme, host and port; the target is taken from each request
  Connection(ConnectionSettings& settings, const HttpUrl& url, Events events);

  [[nodiscard]] bool serves(const HttpUrl& url) const;
  [[nodiscard]] bool is_busy() const { return is_busy_ || is_settling_; }
  [[nodiscard]] bool is_closed() const { return step_ == Step::closed; }

  /// Asks the system whether the peer has gone, or has said something that nobody asked for; then closes.
  void notice_the_peer();

  /// Starts the next attempt. One at a time, and not once closed.
  void send(AttemptRequest request);

  /// Ends it without a word to the owner; what is under way gets no result.
  void close();

 private:
  enum class Step : std::uint8_t { fresh, dialling, open, closed };
  using Clock = std::chrono::steady_clock;

  void dial();
  void on_dialled(Dialled dialled);
  void write();
  void on_written(const boost::system::error_code& error);
  void read();
  void on_read(const boost::system::error_code& error, std::size_t count);
  void take_end(const boost::system::error_code& error);
  [[nodiscard]] bool has_hung_up_idle() const;
  void dial_again();
  void take(AnswerReader::State state);
  void watch();
  void on_time();
  void fail(Phase phase, int error, std::string reason);
  void end(AttemptResult result);

  ConnectionSettings& settings_;
  const HttpUrl url_;
  const Events events_;
  Step step_ = Step::fresh;
  bool is_busy_ = false;
  bool is_settling_ = false;  ///< after an answer, until it is known whether the peer has said more than that
  bool is_writing_ = false;
  bool has_answered_ = false;  ///< this connection has, to an earlier request
  bool has_begun_ = false;     ///< a byte of the answer to this request has come
  std::string remote_address_;
  std::shared_ptr<Dial> dial_;
  std::shared_ptr<Channel> channel_;

  AttemptRequest request_;  ///< under way
  std::string head_;
  Clock::time_point begun_;
  AnswerReader reader_;
  std::array<char, 16 * 1024> bytes_;

  boost::asio::steady_timer timer_;
  Clock::time_point limit_;                                    ///< of the attempt, or of being idle
  Clock::time_point timer_set_to_ = Clock::time_point::max();  ///< never later than `limit_`; max: not set
};

}  // namespace chargehook::delivery::io
