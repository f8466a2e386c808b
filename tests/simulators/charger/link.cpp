#include "charger/link.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <deque>
#include <utility>

namespace chargehook::simulators {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using asio::ip::tcp;
using beast::error_code;
using namespace std::chrono_literals;

constexpr auto connect_timeout = 5s;
constexpr auto handshake_timeout = 15s;

std::string base64(std::string_view bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  unsigned pending = 0;
  int bits = 0;
  for (const char byte : bytes) {
    pending = pending << 8 | static_cast<unsigned char>(byte);
    for (bits += 8; bits >= 6; bits -= 6) text += digits[pending >> (bits - 6) & 63];
  }
  if (bits > 0) text += digits[pending << (6 - bits) & 63];
  while (text.size() % 4 != 0) text += '=';
  return text;
}

class BeastLink : public Link, public std::enable_shared_from_this<BeastLink> {
  template <class Member>
  auto bind(Member member) {
    return beast::bind_front_handler(member, shared_from_this());
  }

 public:
  BeastLink(asio::io_context& io, LinkTarget target, Handlers handlers)
      : resolver_(io), stream_(io), target_(std::move(target)), handlers_(std::move(handlers)) {}

  void connect() { resolver_.async_resolve(target_.host, target_.port, bind(&BeastLink::on_resolved)); }

  void send(std::string bytes, bool text) override {
    if (!opened_ || closing_) return;
    queue_.push_back({std::move(bytes), text});
    write_next();
  }

  void close() override {
    if (std::exchange(closing_, true)) return;
    if (opened_ && !write_under_way_) say_good_bye();
  }

  void abandon() override {
    handlers_ = {};
    resolver_.cancel();
    beast::get_lowest_layer(stream_).close();
  }

 private:
  struct Outgoing {
    std::string bytes;
    bool text;
  };

  void on_resolved(error_code error, const tcp::resolver::results_type& addresses) {
    if (error) return end({0, 1006, error.message()});
    beast::get_lowest_layer(stream_).expires_after(connect_timeout);
    beast::get_lowest_layer(stream_).async_connect(addresses, bind(&BeastLink::on_connected));
  }

  void on_connected(error_code error, const tcp::endpoint&) {
    if (error) return end({0, 1006, error.message()});
    beast::get_lowest_layer(stream_).socket().set_option(tcp::no_delay(true), error);
    beast::get_lowest_layer(stream_).expires_never();
    stream_.set_option(websocket::stream_base::timeout{handshake_timeout, websocket::stream_base::none(), false});
    stream_.set_option(websocket::stream_base::decorator([target = target_](websocket::request_type& request) {
      request.set(beast::http::field::sec_websocket_protocol, "ocpp1.6");
      if (!target.password.empty())
        request.set(beast::http::field::authorization, "Basic " + base64(target.user + ":" + target.password));
    }));
    stream_.async_handshake(response_, target_.host + ":" + target_.port, target_.path, bind(&BeastLink::on_handshake));
  }

  void on_handshake(error_code error) {
    if (error == websocket::error::upgrade_declined) return end({response_.result_int(), 1006, "refused"});
    if (error) return end({0, 1006, error.message()});
    opened_ = true;
    read_next();
    if (handlers_.opened) handlers_.opened();
  }

  void read_next() { stream_.async_read(buffer_, bind(&BeastLink::on_read)); }

  void on_read(error_code error, std::size_t) {
    if (error == websocket::error::closed) {
      return end({0, stream_.reason().code, std::string(stream_.reason().reason.c_str())});
    }
    if (error) return end({0, 1006, error.message()});
    const auto bytes = buffer_.cdata();
    if (handlers_.message) {
      handlers_.message({static_cast<const char*>(bytes.data()), bytes.size()}, stream_.got_text());
    }
    buffer_.consume(buffer_.size());
    read_next();
  }

  void write_next() {
    if (write_under_way_ || queue_.empty()) return;
    write_under_way_ = true;
    stream_.text(queue_.front().text);
    stream_.async_write(asio::buffer(queue_.front().bytes), bind(&BeastLink::on_written));
  }

  void on_written(error_code error, std::size_t) {
    write_under_way_ = false;
    queue_.pop_front();
    if (error) return;  // the read under way knows more
    write_next();
    if (closing_ && queue_.empty()) say_good_bye();
  }

  void say_good_bye() {
    stream_.async_close(websocket::close_code::normal, [self = shared_from_this()](error_code) {});
  }

  void end(const LinkEnd& why) {
    opened_ = false;
    beast::get_lowest_layer(stream_).close();
    const auto closed = std::exchange(handlers_, {}).closed;
    if (closed) closed(why);
  }

  tcp::resolver resolver_;
  websocket::stream<beast::tcp_stream> stream_;
  LinkTarget target_;
  Handlers handlers_;
  websocket::response_type response_;
  beast::flat_buffer buffer_;
  std::deque<Outgoing> queue_;  // the first one is being written
  bool opened_ = false;
  bool write_under_way_ = false;
  bool closing_ = false;
};

}  // namespace

std::shared_ptr<Link> Link::open(asio::io_context& io, LinkTarget target, Handlers handlers) {
  auto link = std::make_shared<BeastLink>(io, std::move(target), std::move(handlers));
  link->connect();
  return link;
}

}  // namespace chargehook::simulators
