/// The WebSocket of one kind of stream (plain or TLS): one write under way and a queue of our own, reading that can be
/// paused, pings, a bounded close. Private to the files that instantiate it.
#pragma once

#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <deque>
#include <string>
#include <utility>

#include "ocpp/io/upgrade.hpp"
#include "ocpp/io/websocket.hpp"

namespace chargehook::ocpp::io {

template <class NextLayer>
class StreamWebSocket : public WebSocket, public std::enable_shared_from_this<StreamWebSocket<NextLayer>> {
 public:
  using Stream = boost::beast::websocket::stream<NextLayer>;

  StreamWebSocket(Stream stream, WebSocketOptions options, WebSocketHandlers handlers)
      : stream_(std::move(stream)), options_(options), handlers_(std::move(handlers)) {
    stream_.read_message_max(options_.message_bytes_max);
    stream_.auto_fragment(false);
  }

  /// Answers `request` with 101, then opens.
  void accept(Upgrade::Request request, const std::string& subprotocol) {
    namespace websocket = boost::beast::websocket;
    stream_.set_option(websocket::stream_base::timeout::suggested(boost::beast::role_type::server));
    stream_.set_option(websocket::stream_base::decorator([subprotocol](websocket::response_type& response) {
      if (!subprotocol.empty()) response.set(boost::beast::http::field::sec_websocket_protocol, subprotocol);
    }));
    request_ = std::move(request);
    stream_.async_accept(request_, bind(&StreamWebSocket::on_accepted));
  }

  /// The handshake is done: reads, writes what is queued.
  void open() {
    opened_ = true;
    // While a peer is pushed back its pongs are not read either: a jam of a full idle timeout ends the connection.
    stream_.set_option(
        boost::beast::websocket::stream_base::timeout{options_.close_timeout, 2 * options_.idle_ping, true});
    read_next();
    write_next();
  }

  void send(Message message) override {
    if (closing_ || ended_) return;
    queued_bytes_ += message.bytes.size();
    queue_.push_back(std::move(message));
    write_next();
    tell_congestion();
  }

  void close(std::uint16_t code, std::string reason) override {
    if (closing_ || ended_) return;
    closing_ = true;
    close_reason_.code = code;
    close_reason_.reason.assign(reason.data(), std::min<std::size_t>(reason.size(), 120));
    write_next();
  }

  void set_reading(bool reading) override {
    reading_ = reading;
    read_next();
  }

 private:
  template <class Member>
  auto bind(Member member) {
    return boost::beast::bind_front_handler(member, this->shared_from_this());
  }

  void on_accepted(boost::beast::error_code error) {
    request_ = {};
    error ? end(1006, error.message()) : open();
  }

  void read_next() {
    if (!opened_ || !reading_ || read_under_way_ || close_sent_ || ended_) return;
    read_under_way_ = true;
    stream_.async_read(buffer_, bind(&StreamWebSocket::on_read));
  }

  void on_read(boost::beast::error_code error, std::size_t) {
    namespace websocket = boost::beast::websocket;
    read_under_way_ = false;
    if (error == websocket::error::closed)
      return end(stream_.reason().code, std::string{stream_.reason().reason.c_str()});
    if (error == websocket::error::message_too_big) return end(1009, "message too big", true);
    if (error) return end(1006, error.message());
    Message message{boost::beast::buffers_to_string(buffer_.data()), stream_.got_text()};
    buffer_.consume(buffer_.size());
    if (buffer_.capacity() > 64 * 1024) buffer_.shrink_to_fit();
    if (handlers_.message) handlers_.message(std::move(message));
    read_next();
  }

  void write_next() {
    if (!opened_ || write_under_way_ || close_sent_ || ended_) return;
    if (queue_.empty()) {
      if (closing_) send_close();
      return;
    }
    write_under_way_ = true;
    stream_.text(queue_.front().text);
    stream_.async_write(boost::asio::buffer(queue_.front().bytes), bind(&StreamWebSocket::on_written));
  }

  void on_written(boost::beast::error_code error, std::size_t) {
    write_under_way_ = false;
    if (error) return read_under_way_ ? void() : end(1006, error.message());  // a read under way knows more
    queued_bytes_ -= queue_.front().bytes.size();
    queue_.pop_front();
    write_next();
    tell_congestion();
  }

  void send_close() {
    close_sent_ = true;
    stream_.async_close(close_reason_, bind(&StreamWebSocket::on_close));
  }

  /// The peer has answered, or `close_timeout` is over, or it left.
  void on_close(boost::beast::error_code error) {
    if (!read_under_way_ || error) end(close_reason_.code, "closed here");
  }

  void tell_congestion() {
    const bool too_long = queue_.size() > options_.queue_messages_max || queued_bytes_ > options_.queue_bytes_max;
    const bool short_enough =
        queue_.size() <= options_.queue_messages_max / 2 && queued_bytes_ <= options_.queue_bytes_max / 2;
    if (ended_ || (congested_ ? !short_enough : !too_long)) return;
    congested_ = !congested_;
    if (handlers_.congested) handlers_.congested(congested_);
  }

  void end(std::uint16_t code, std::string reason, bool oversize = false) {
    if (std::exchange(ended_, true)) return;
    boost::beast::get_lowest_layer(stream_).close();
    const auto closed = std::exchange(handlers_, {}).closed;
    if (closed) closed(code, std::move(reason), oversize);
  }

  Stream stream_;
  WebSocketOptions options_;
  WebSocketHandlers handlers_;
  Upgrade::Request request_;
  boost::beast::flat_buffer buffer_;
  std::deque<Message> queue_;  // the first one is being written
  std::size_t queued_bytes_ = 0;
  boost::beast::websocket::close_reason close_reason_;
  bool opened_ = false;
  bool reading_ = true;
  bool read_under_way_ = false;
  bool write_under_way_ = false;
  bool congested_ = false;
  bool closing_ = false;  // a close is asked for; nothing more is queued
  bool close_sent_ = false;
  bool ended_ = false;
};

}  // namespace chargehook::ocpp::io
