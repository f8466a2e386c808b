/// A charger and a CSMS of the test's own, over real sockets on loopback, written with Beast and nothing of ours.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace chargehook::ocpp::io::test {

/// One end of a WebSocket; reads all that comes unless told not to.
class Peer : public std::enable_shared_from_this<Peer> {
 public:
  using Stream = boost::beast::websocket::stream<boost::beast::tcp_stream>;
  explicit Peer(Stream its_stream) : stream(std::move(its_stream)) {}

  void send(std::string message, bool text = true);
  void close(std::uint16_t code);
  void hang_up();  ///< no close frame
  void read();

  std::vector<std::string> received;
  std::vector<bool> received_as_text;
  std::optional<std::uint16_t> closed;  ///< code the other side gave; 1006 if none
  bool open = false;
  bool keep_reading = true;
  std::size_t pongs = 0;
  Stream stream;

 private:
  void write();
  std::deque<std::pair<std::string, bool>> queue_;
  bool writing_ = false;
  bool reading_ = false;
  boost::beast::flat_buffer buffer_;
};

class Csms {
 public:
  explicit Csms(boost::asio::io_context& io);
  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

  unsigned status = 101;                                     ///< other than 101: refuses with it
  std::string chosen;                                        ///< subprotocol to answer with, as it is
  bool silent = false;                                       ///< takes the connection and says nothing
  std::vector<std::map<std::string, std::string>> requests;  ///< headers by lower-case name, and ":target"
  std::vector<std::shared_ptr<Peer>> peers;

 private:
  void accept();
  void serve(std::shared_ptr<boost::beast::tcp_stream> stream);
  boost::asio::ip::tcp::acceptor acceptor_;
};

/// Connects to `port` of loopback.
struct ChargerRequest {
  std::uint16_t port = 0;
  std::string target = "/CP-07";
  std::string subprotocols = "ocpp2.0.1, ocpp1.6";
  std::string authorization = {};
};
struct Charger {
  std::shared_ptr<Peer> peer;
  unsigned status = 0;  ///< of the answer to the upgrade; 0: none yet
  std::string subprotocol;
};
std::shared_ptr<Charger> connect(boost::asio::io_context& io, const ChargerRequest& request);

}  // namespace chargehook::ocpp::io::test
