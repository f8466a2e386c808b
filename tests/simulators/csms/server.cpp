#include "csms/server.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <deque>
#include <memory>
#include <utility>

#include "common/ocpp_message.hpp"

namespace chargehook::simulators {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using asio::ip::tcp;
using beast::error_code;
using nlohmann::json;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// The last part of the path.
std::string charger_of(beast::string_view target) {
  const std::string path(target.substr(0, target.find('?')));
  return path.substr(path.rfind('/') + 1);
}

/// One charger. Lives in its own pending operations.
class Connection : public std::enable_shared_from_this<Connection> {
  template <class Member>
  auto bind(Member member) {
    return beast::bind_front_handler(member, shared_from_this());
  }

 public:
  Connection(tcp::socket socket, CsmsServer& server)
      : stream_(std::move(socket)), timer_(stream_.get_executor()), server_(server) {}

  void read_request() {
    beast::get_lowest_layer(stream_).expires_after(10s);
    http::async_read(stream_.next_layer(), buffer_, request_, bind(&Connection::on_request));
  }

 private:
  struct Outgoing {
    std::string text;
    Clock::time_point due;
  };

  void tell(const char* what, json line = json::object()) { server_.tell(what, charger_, number_, std::move(line)); }

  void on_request(error_code error, std::size_t) {
    if (error) return;
    charger_ = charger_of(request_.target());
    if (const auto refused = server_.options().refused.find(charger_); refused != server_.options().refused.end()) {
      return refuse(refused->second);
    }
    if (!websocket::is_upgrade(request_)) return refuse(400);
    number_ = server_.next_connection(charger_);
    tell("handshake", {{"target", std::string(request_.target())},
                       {"subprotocols", std::string(request_[http::field::sec_websocket_protocol])},
                       {"authorization", std::string(request_[http::field::authorization])}});
    accept();
  }

  void refuse(unsigned status) {
    tell("refused", {{"status", status}});
    response_.result(status);
    response_.keep_alive(false);
    response_.prepare_payload();
    http::async_write(stream_.next_layer(), response_, [self = shared_from_this()](error_code, std::size_t) {});
  }

  void accept() {
    beast::get_lowest_layer(stream_).expires_never();
    stream_.set_option(websocket::stream_base::timeout{10s, websocket::stream_base::none(), false});
    stream_.set_option(websocket::stream_base::decorator(
        [](websocket::response_type& response) { response.set(http::field::sec_websocket_protocol, "ocpp1.6"); }));
    stream_.async_accept(request_, bind(&Connection::on_accepted));
  }

  void on_accepted(error_code error) {
    if (!error) read_next();
  }

  void read_next() { stream_.async_read(buffer_, bind(&Connection::on_read)); }

  void on_read(error_code error, std::size_t) {
    if (error) {
      tell("closed", {{"code", error == websocket::error::closed ? stream_.reason().code : 1006}});
      return timer_.expires_at(Clock::time_point::min()), void();
    }
    const std::string_view bytes{static_cast<const char*>(buffer_.cdata().data()), buffer_.size()};
    log_frame("received", bytes, stream_.got_text());
    if (stream_.got_text()) take(bytes);
    buffer_.consume(buffer_.size());
    read_next();
  }

  void log_frame(const char* what, std::string_view bytes, bool text) {
    if (!server_.keeps_log()) return;
    json line = json::object();
    add_frame(line, bytes, text);
    tell(what, std::move(line));
  }

  void take(std::string_view bytes) {
    const auto message = read_message(bytes);
    if (!message || message->type != OcppType::call) return;
    const auto answer = server_.answers().answer(message->action, message->payload);
    send(answer ? result_text(message->id, *answer) : error_text(message->id, "NotImplemented"));
    if (server_.options().ask && message->action == "BootNotification") {
      send(call_text("ask-" + std::to_string(number_), "GetConfiguration",
                     {{"key", json::array({"HeartbeatInterval"})}}));
    }
  }

  void send(std::string text) {
    queue_.push_back({std::move(text), Clock::now() + server_.options().delay});
    write_next();
  }

  void write_next() {
    if (under_way_ || queue_.empty()) return;
    under_way_ = true;
    if (queue_.front().due <= Clock::now()) return write();
    timer_.expires_at(queue_.front().due);
    timer_.async_wait([self = shared_from_this()](error_code cancelled) {
      if (!cancelled) self->write();
    });
  }

  void write() {
    log_frame("sent", queue_.front().text, true);
    stream_.text(true);
    stream_.async_write(asio::buffer(queue_.front().text), bind(&Connection::on_written));
  }

  void on_written(error_code error, std::size_t) {
    under_way_ = false;
    queue_.pop_front();
    if (!error) write_next();
  }

  websocket::stream<beast::tcp_stream> stream_;
  asio::steady_timer timer_;
  CsmsServer& server_;  // outlives the io_context's run
  beast::flat_buffer buffer_;
  http::request<http::empty_body> request_;
  http::response<http::string_body> response_;
  std::string charger_;
  std::uint64_t number_ = 0;
  std::deque<Outgoing> queue_;  // the first one is being written, or waits for its time
  bool under_way_ = false;
};

}  // namespace

CsmsServer::CsmsServer(asio::io_context& io, const tcp::endpoint& where, CsmsOptions options)
    : options_(std::move(options)), answers_(options_.answers), acceptor_(io, where) {
  if (!options_.log.empty()) log_.open(options_.log);
  accept_next();
}

void CsmsServer::tell(const char* what, const std::string& charger, std::uint64_t connection, json line) {
  if (!log_.is_open()) return;
  line["what"] = what;
  line["at"] = utc_now();
  line["charger"] = charger;
  line["connection"] = connection;
  log_.write(line.dump(-1, ' ', false, json::error_handler_t::replace));
}

void CsmsServer::accept_next() {
  acceptor_.async_accept([this](error_code error, tcp::socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (!error) {
      socket.set_option(tcp::no_delay(true), error);
      std::make_shared<Connection>(std::move(socket), *this)->read_request();
    }
    accept_next();
  });
}

}  // namespace chargehook::simulators
