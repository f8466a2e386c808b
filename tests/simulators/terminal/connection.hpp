/// One keep-alive connection to the gateway's intake socket. Posts one event after the other, each until it is taken:
/// while the gateway refuses or is gone it waits and tries the same event again. One thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "terminal/story.hpp"

namespace chargehook::simulators {

struct ConnectionOptions {
  std::string socket;                            ///< path
  std::string target;                            ///< "/events"
  std::chrono::nanoseconds interval{0};          ///< between two events of this connection; 0: as fast as answers come
  std::chrono::milliseconds longest_wait{5000};  ///< for Retry-After
};

class Connection {
 public:
  /// @param devices numbers of the devices whose events go over this connection, and over no other; not empty
  /// @param ended   called once there is no event left
  Connection(boost::asio::io_context& io, const ConnectionOptions& options, std::vector<std::uint64_t> devices,
             Story& story, std::function<void()> ended);

  void start();

 private:
  using Clock = std::chrono::steady_clock;
  using Stream = boost::beast::basic_stream<boost::asio::local::stream_protocol>;
  using ErrorCode = boost::system::error_code;

  void connect();
  void on_connected(ErrorCode error);
  void take_next_event();
  void wait(Clock::time_point until, void (Connection::*then)());
  void post();
  void on_written(ErrorCode error);
  void on_answered(ErrorCode error);
  void take_answer();
  void event_done();
  void lost();

  ConnectionOptions options_;
  std::vector<std::uint64_t> devices_;
  Story& story_;
  std::function<void()> ended_;
  Stream stream_;
  boost::asio::steady_timer timer_;
  boost::beast::flat_buffer buffer_;
  boost::beast::http::request<boost::beast::http::string_body> request_;
  boost::beast::http::response<boost::beast::http::string_body> response_;
  std::optional<MadeEvent> event_;  ///< under way
  std::size_t turn_ = 0;
  Clock::time_point due_;     ///< of the next event
  Clock::time_point posted_;  ///< first try of the event under way
  bool connected_ = false;
};

}  // namespace chargehook::simulators
