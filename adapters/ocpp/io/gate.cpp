#include "ocpp/io/gate.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <map>

#include "ocpp/io/plain_websocket.hpp"
#include "ocpp/io/tls_websocket.hpp"

namespace chargehook::ocpp::io {
namespace {

using boost::asio::ip::tcp;
namespace beast = boost::beast;

struct Listener {
  Listener(boost::asio::io_context& io, std::string its_name) : name(std::move(its_name)), acceptor(io), pause(io) {}
  std::string name;
  tcp::acceptor acceptor;
  boost::asio::steady_timer pause;  // after an error of accept, descriptors used up for one
};

struct Sockets {
  std::shared_ptr<Upgrade> upgrade;
  std::shared_ptr<UpstreamDial> dial;
  std::shared_ptr<WebSocket> charger;
  std::shared_ptr<WebSocket> upstream;
  bool passes_on = false;  // what the upstream sends, at once
  [[nodiscard]] bool empty() const { return !upgrade && !dial && !charger && !upstream; }
};

}  // namespace

class Gate::Impl : public std::enable_shared_from_this<Gate::Impl> {
 public:
  Impl(boost::asio::io_context& io, WebSocketOptions options, std::size_t links_max, std::function<void(Input)> handle)
      : io_(io), options_(options), links_max_(links_max), handle_(std::move(handle)) {}

  beast::error_code listen(const ListenerConfig& config) {
    beast::error_code error;
    const auto address = boost::asio::ip::make_address(config.address, error);
    if (error) return error;
    auto listener = std::make_shared<Listener>(io_, config.name);
    const tcp::endpoint endpoint{address, config.port};
    listener->acceptor.open(endpoint.protocol(), error);
    if (!error) listener->acceptor.set_option(tcp::acceptor::reuse_address{true}, error);
    if (!error) listener->acceptor.bind(endpoint, error);
    if (!error) listener->acceptor.listen(boost::asio::socket_base::max_listen_connections, error);
    if (error) return error;
    listeners_.push_back(listener);
    accept_next(listener);
    return {};
  }

  void carry_out(Dial& dial) {
    const LinkId id = dial.link;
    UpstreamDial::Handlers verdict{beast::bind_front_handler(&Impl::on_upstream_accepted, shared_from_this(), id),
                                   beast::bind_front_handler(&Impl::on_upstream_refused, shared_from_this(), id)};
    const auto start = dial.secure ? dial_tls : dial_plain;
    links_[id].dial = start(io_, std::move(dial), options_, std::move(verdict), handlers_of(id, Side::upstream));
  }

  void carry_out(Accept& accept) {
    const auto link = links_.find(accept.link);
    if (link == links_.end() || !link->second.upgrade) return;
    const auto upgrade = std::exchange(link->second.upgrade, nullptr);
    link->second.charger =
        accept_plain(*upgrade, accept.subprotocol, options_, handlers_of(accept.link, Side::charger));
  }

  void carry_out(Refuse& refuse) {
    const auto link = links_.find(refuse.link);
    if (link != links_.end() && link->second.upgrade) link->second.upgrade->refuse(refuse.status, refuse.reason);
  }

  void carry_out(Send& send) {
    if (WebSocket* socket = find(send.link, send.to)) socket->send(std::move(send.message));
  }

  void carry_out(PassOn& pass_on) {
    const auto link = links_.find(pass_on.link);
    if (link != links_.end()) link->second.passes_on = pass_on.at_once;
  }

  void carry_out(Close& close) {
    if (WebSocket* socket = find(close.link, close.side)) socket->close(close.code, std::move(close.reason));
    const auto link = links_.find(close.link);
    if (link == links_.end() || close.side != Side::upstream || !link->second.dial) return;
    link->second.dial->abandon();
    link->second.dial.reset();
    forget_if_empty(close.link);
  }

  std::vector<std::uint16_t> ports() const {
    std::vector<std::uint16_t> out;
    for (const auto& listener : listeners_) out.push_back(listener->acceptor.local_endpoint().port());
    return out;
  }

  void stop() {
    if (!handle_) return;
    handle_ = {};
    for (const auto& listener : listeners_) {
      beast::error_code ignored;
      listener->acceptor.close(ignored);
      listener->pause.cancel();
    }
    for (auto& [id, link] : links_) {
      if (link.upgrade) link.upgrade->abandon();
      if (link.dial) link.dial->abandon();
      for (const auto& socket : {link.charger, link.upstream}) {
        if (socket) socket->close(1001, "stopping");
      }
    }
    links_.clear();  // each lives on in its operation under way
  }

 private:
  void tell(Input input) {
    if (handle_) handle_(std::move(input));
  }

  void accept_next(const std::shared_ptr<Listener>& listener) {
    listener->acceptor.async_accept(beast::bind_front_handler(&Impl::on_connection, shared_from_this(), listener));
  }

  void on_connection(const std::shared_ptr<Listener>& listener, beast::error_code error, tcp::socket socket) {
    if (!listener->acceptor.is_open()) return;
    if (error) {
      listener->pause.expires_after(std::chrono::milliseconds{100});
      listener->pause.async_wait(beast::bind_front_handler(&Impl::on_pause_over, shared_from_this(), listener));
      return;
    }
    // Half-open requests count too, so that silent connections cannot use up the descriptors.
    if (links_.size() < links_max_) read_upgrade(listener->name, std::move(socket));
    accept_next(listener);
  }

  void on_pause_over(const std::shared_ptr<Listener>& listener, beast::error_code error) {
    if (!error && listener->acceptor.is_open()) accept_next(listener);
  }

  void read_upgrade(const std::string& listener, tcp::socket socket) {
    const LinkId id{++last_link_};
    Upgrade::Handlers handlers{beast::bind_front_handler(&Impl::on_arrived, shared_from_this(), id, listener),
                               beast::bind_front_handler(&Impl::on_upgrade_gone, shared_from_this(), id)};
    const auto upgrade = std::make_shared<Upgrade>(std::move(socket), std::move(handlers));
    links_[id].upgrade = upgrade;
    upgrade->read();
  }

  void on_arrived(LinkId id, const std::string& listener, ChargerArrived arrived) {
    arrived.link = id;
    arrived.listener = listener;
    tell(std::move(arrived));
  }

  void on_upgrade_gone(LinkId id) {
    const auto link = links_.find(id);
    if (link == links_.end()) return;
    link->second.upgrade.reset();
    forget_if_empty(id);
  }

  void on_upstream_accepted(LinkId id, std::shared_ptr<WebSocket> socket, std::string subprotocol) {
    Sockets& link = links_[id];
    link.dial.reset();
    link.upstream = std::move(socket);
    tell(UpstreamAccepted{id, std::move(subprotocol)});
  }

  void on_upstream_refused(LinkId id, int status, std::string reason) {
    links_[id].dial.reset();
    tell(UpstreamRefused{id, status, std::move(reason)});
    forget_if_empty(id);
  }

  WebSocketHandlers handlers_of(LinkId id, Side side) {
    return {beast::bind_front_handler(&Impl::on_message, shared_from_this(), id, side),
            beast::bind_front_handler(&Impl::on_closed, shared_from_this(), id, side),
            beast::bind_front_handler(&Impl::on_congested, shared_from_this(), id, side)};
  }

  void on_message(LinkId id, Side side, Message message) {
    const bool is_passed_on = pass_on(id, side, message);
    tell(MessageArrived{id, side, std::move(message), is_passed_on});
  }

  /// Before anything is made of it: what it means is nothing its receiver waits for.
  bool pass_on(LinkId id, Side side, const Message& message) {
    const auto link = links_.find(id);
    if (link == links_.end() || (side == Side::upstream && !link->second.passes_on)) return false;
    const auto& socket = side == Side::charger ? link->second.upstream : link->second.charger;
    if (socket) socket->send(message);
    return socket != nullptr;
  }

  void on_closed(LinkId id, Side side, std::uint16_t code, std::string reason, bool oversize) {
    slot(id, side).reset();
    tell(SideClosed{id, side, code, std::move(reason), oversize});
    forget_if_empty(id);
  }

  void on_congested(LinkId id, Side side, bool congested) {
    const Side source = side == Side::charger ? Side::upstream : Side::charger;
    if (WebSocket* socket = find(id, source)) socket->set_reading(!congested);
  }

  std::shared_ptr<WebSocket>& slot(LinkId id, Side side) {
    Sockets& link = links_[id];
    return side == Side::charger ? link.charger : link.upstream;
  }

  WebSocket* find(LinkId id, Side side) {
    const auto link = links_.find(id);
    if (link == links_.end()) return nullptr;
    return side == Side::charger ? link->second.charger.get() : link->second.upstream.get();
  }

  void forget_if_empty(LinkId id) {
    const auto link = links_.find(id);
    if (link != links_.end() && link->second.empty()) links_.erase(link);
  }

  boost::asio::io_context& io_;
  WebSocketOptions options_;
  std::size_t links_max_;
  std::function<void(Input)> handle_;
  std::vector<std::shared_ptr<Listener>> listeners_;
  std::map<LinkId, Sockets> links_;
  std::uint64_t last_link_ = 0;
};

model::Result<std::unique_ptr<Gate>> Gate::open(boost::asio::io_context& io, const OcppConfig& config,
                                                std::function<void(Input)> handle, WebSocketOptions options) {
  options.message_bytes_max = config.message_bytes_max;
  auto impl = std::make_shared<Impl>(io, options, config.chargers_max + 64, std::move(handle));
  for (const ListenerConfig& listener : config.listeners) {
    const auto error = impl->listen(listener);
    if (!error) continue;
    impl->stop();
    return model::Error{"listen", "cannot listen for chargers on " + listener.address + ":" +
                                      std::to_string(listener.port) + ": " + error.message()};
  }
  return std::unique_ptr<Gate>{new Gate(std::move(impl))};
}

Gate::Gate(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
Gate::~Gate() { stop(); }
void Gate::carry_out(Command command) {
  std::visit([&](auto& kind) { impl_->carry_out(kind); }, command);
}
std::vector<std::uint16_t> Gate::ports() const { return impl_->ports(); }
void Gate::stop() { impl_->stop(); }

}  // namespace chargehook::ocpp::io
