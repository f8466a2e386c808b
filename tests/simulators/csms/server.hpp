/// Accepts chargers over WebSocket, answers them, writes down every frame. One thread: that of the io_context.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <map>
#include <string>

#include "common/line_log.hpp"
#include "csms/answers.hpp"

namespace chargehook::simulators {

struct CsmsOptions {
  std::map<std::string, unsigned> refused;  ///< charger to HTTP status
  std::chrono::milliseconds delay{0};       ///< before each answer
  bool ask = false;                         ///< asks each charger for its configuration once it has booted
  std::string log;                          ///< empty: none is written
  AnswerOptions answers;
};

class CsmsServer {
 public:
  /// Throws boost::system::system_error if it cannot listen there.
  CsmsServer(boost::asio::io_context& io, const boost::asio::ip::tcp::endpoint& where, CsmsOptions options);

  [[nodiscard]] unsigned short port() const { return acceptor_.local_endpoint().port(); }

  [[nodiscard]] const CsmsOptions& options() const { return options_; }
  [[nodiscard]] Answers& answers() { return answers_; }
  /// A line of the log. @param charger in its nth connection
  void tell(const char* what, const std::string& charger, std::uint64_t connection, nlohmann::json line);
  [[nodiscard]] std::uint64_t next_connection(const std::string& charger) { return ++connections_[charger]; }
  [[nodiscard]] bool keeps_log() const { return log_.is_open(); }

 private:
  void accept_next();

  CsmsOptions options_;
  Answers answers_;
  LineLog log_;
  std::map<std::string, std::uint64_t> connections_;
  boost::asio::ip::tcp::acceptor acceptor_;
};

}  // namespace chargehook::simulators
