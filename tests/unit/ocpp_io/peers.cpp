#include "peers.hpp"

#include <algorithm>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

namespace chargehook::ocpp::io::test {

namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using boost::asio::ip::tcp;

void Peer::read() {
  if (std::exchange(reading_, true)) return;
  stream.async_read(buffer_, [self = shared_from_this()](beast::error_code error, std::size_t) {
    self->reading_ = false;
    if (error) {
      self->closed = error == websocket::error::closed ? self->stream.reason().code : std::uint16_t{1006};
      return;
    }
    self->received.push_back(beast::buffers_to_string(self->buffer_.data()));
    self->received_as_text.push_back(self->stream.got_text());
    self->buffer_.consume(self->buffer_.size());
    if (self->keep_reading) self->read();
  });
}

void Peer::send(std::string message, bool text) {
  queue_.emplace_back(std::move(message), text);
  if (!writing_) write();
}

void Peer::write() {
  writing_ = !queue_.empty();
  if (!writing_) return;
  stream.text(queue_.front().second);
  stream.async_write(boost::asio::buffer(queue_.front().first),
                     [self = shared_from_this()](beast::error_code error, std::size_t) {
                       self->queue_.pop_front();
                       if (!error) self->write();
                     });
}

void Peer::close(std::uint16_t code) {
  stream.async_close(websocket::close_reason{code}, [self = shared_from_this()](beast::error_code) {});
}

void Peer::hang_up() { beast::get_lowest_layer(stream).close(); }

Csms::Csms(boost::asio::io_context& io) : acceptor_(io, {boost::asio::ip::address_v4::loopback(), 0}) {
  // A peer that stops reading is felt after little: its sockets inherit this.
  acceptor_.set_option(boost::asio::socket_base::receive_buffer_size{64 * 1024});
  accept();
}

void Csms::accept() {
  acceptor_.async_accept([this](beast::error_code error, tcp::socket socket) {
    if (error) return;
    if (!silent)
      serve(std::make_shared<beast::tcp_stream>(std::move(socket)));
    else
      peers.push_back(std::make_shared<Peer>(Peer::Stream{std::move(socket)}));
    accept();
  });
}

void Csms::serve(std::shared_ptr<beast::tcp_stream> stream) {
  auto buffer = std::make_shared<beast::flat_buffer>();
  auto request = std::make_shared<http::request<http::empty_body>>();
  http::async_read(*stream, *buffer, *request, [this, stream, buffer, request](beast::error_code error, std::size_t) {
    if (error) return;
    auto& headers = requests.emplace_back();
    headers[":target"] = request->target();
    for (const auto& field : *request) {
      std::string name{field.name_string()};
      std::transform(name.begin(), name.end(), name.begin(), [](char c) { return static_cast<char>(std::tolower(c)); });
      headers[name] = field.value();
    }
    if (status != 101) {
      auto response = std::make_shared<http::response<http::empty_body>>();
      response->result(status);
      response->prepare_payload();
      http::async_write(*stream, *response, [stream, response](beast::error_code, std::size_t) {});
      return;
    }
    auto peer = std::make_shared<Peer>(Peer::Stream{std::move(*stream)});
    peer->stream.set_option(websocket::stream_base::decorator([name = chosen](websocket::response_type& response) {
      if (!name.empty()) response.set(http::field::sec_websocket_protocol, name);
    }));
    peers.push_back(peer);
    peer->stream.async_accept(*request, [peer, request](beast::error_code failed) {
      peer->open = !failed;
      if (!failed && peer->keep_reading) peer->read();
    });
  });
}

std::shared_ptr<Charger> connect(boost::asio::io_context& io, const ChargerRequest& request) {
  auto charger = std::make_shared<Charger>();
  charger->peer = std::make_shared<Peer>(Peer::Stream{io});
  auto& stream = charger->peer->stream;
  beast::get_lowest_layer(stream).connect(tcp::endpoint{boost::asio::ip::address_v4::loopback(), request.port});
  stream.set_option(websocket::stream_base::decorator([request](websocket::request_type& headers) {
    if (!request.subprotocols.empty()) headers.set(http::field::sec_websocket_protocol, request.subprotocols);
    if (!request.authorization.empty()) headers.set(http::field::authorization, request.authorization);
    headers.set(http::field::user_agent, "Alfen/6.4.1");
  }));
  stream.control_callback([peer = charger->peer.get()](websocket::frame_type kind, beast::string_view) {
    if (kind == websocket::frame_type::ping) ++peer->pongs;
  });
  auto response = std::make_shared<websocket::response_type>();
  stream.async_handshake(*response, "depot", request.target, [charger, response](beast::error_code error) {
    charger->status = response->result_int();
    charger->subprotocol = (*response)[http::field::sec_websocket_protocol];
    charger->peer->open = !error;
    if (error) return;
    charger->peer->read();
  });
  return charger;
}

}  // namespace chargehook::ocpp::io::test
