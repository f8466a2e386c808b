#include "http/io/unix_listener.hpp"

#include <algorithm>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "http/io/unix_socket.hpp"

namespace chargehook::http::io {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using boost::system::error_code;
using Local = asio::local::stream_protocol;

/// How long the rest of a refused request is thrown away, so that its sender can read why before it sees the end.
constexpr std::chrono::milliseconds linger_limit{1000};

/// Room for what is read ahead beyond a header: a chunk's size line has no limit of its own.
constexpr std::size_t read_ahead = 16 * 1024;

/// The status a request is refused with, or nothing if nobody is there to read it.
std::optional<int> refusal_of(error_code error) {
  if (error == bhttp::error::header_limit || error == bhttp::error::buffer_overflow) return 431;
  if (error == bhttp::error::body_limit) return 413;
  if (error == bhttp::error::end_of_stream || error == bhttp::error::partial_message) return std::nullopt;
  if (error.category() == make_error_code(bhttp::error::bad_method).category()) return 400;
  return std::nullopt;
}

/// In the shape of every other error answer: docs/ingest.md.
Response refusal(int status, const ListenOptions& options) {
  const auto error = [status](const std::string& code, const std::string& message) {
    return Response{
        status, "application/json", {}, R"({"error":{"code":")" + code + R"(","message":")" + message + "\"}}"};
  };
  const auto at_most = [](std::size_t bytes) { return std::to_string(bytes) + " bytes"; };
  if (status == 413) return error("size", "the body may have at most " + at_most(options.body_bytes_max));
  if (status == 431) return error("header", "the header may have at most " + at_most(options.header_bytes_max));
  if (status != 503) return error("request", "this is not an HTTP/1.1 request");
  auto busy = error("connections", "all connections are in use");
  busy.headers.emplace_back("Retry-After", "1");
  return busy;
}

/// What a connection needs of its listener.
class Hub {
 public:
  virtual ~Hub() = default;
  virtual void take(class Connection& connection, Request request) = 0;
  virtual void gone(class Connection& connection) = 0;
};

/// One client. Reads a request, hands it on, writes its answer, and only then reads the next.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Local::socket socket, std::shared_ptr<const ListenOptions> options, std::weak_ptr<Hub> hub)
      : stream_{std::move(socket)},
        options_{std::move(options)},
        hub_{std::move(hub)},
        buffer_{options_->header_bytes_max + read_ahead} {}

  void start() { await_bytes(options_->request_limit); }
  void refuse(int status);
  void answer(Response response);

  /// Ends it, or leaves it to end after the answer under way.
  void stop();
  void close();

  /// It is on its way out and takes no place any more.
  [[nodiscard]] bool leaving() const { return state_ == State::lingering; }

 private:
  enum class State { reading, handed_on, writing, lingering };

  template <class Member>
  auto then(Member member) {
    return beast::bind_front_handler(member, shared_from_this());
  }

  void await_bytes(std::chrono::milliseconds limit);
  void on_bytes(error_code error, std::size_t count);
  void read_request();
  void on_header(error_code error, std::size_t);
  void say_continue();
  void on_continue_said(error_code error, std::size_t);
  void read_body();
  void on_request(error_code error, std::size_t);
  void end_badly(error_code error);
  void write();
  void on_written(error_code error, std::size_t);
  void linger();
  void on_discarded(error_code error, std::size_t);

  beast::basic_stream<Local> stream_;
  std::shared_ptr<const ListenOptions> options_;
  std::weak_ptr<Hub> hub_;  ///< owns this connection
  beast::flat_buffer buffer_;
  std::optional<bhttp::request_parser<bhttp::string_body>> parser_;
  bhttp::response<bhttp::empty_body> interim_;
  bhttp::response<bhttp::string_body> response_;
  State state_ = State::reading;
  bool keep_ = true;   ///< the client wants the connection to stay
  bool head_ = false;  ///< the answer goes out without its body
};

void Connection::await_bytes(std::chrono::milliseconds limit) {
  state_ = State::reading;
  if (buffer_.size() > 0) return read_request();
  stream_.expires_after(limit);
  stream_.async_read_some(buffer_.prepare(4096), then(&Connection::on_bytes));
}

void Connection::on_bytes(error_code error, std::size_t count) {
  if (error) return close();
  buffer_.commit(count);
  read_request();
}

void Connection::read_request() {
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(options_->header_bytes_max));
  parser_->body_limit(options_->body_bytes_max);
  stream_.expires_after(options_->request_limit);
  bhttp::async_read_header(stream_, buffer_, *parser_, then(&Connection::on_header));
}

void Connection::on_header(error_code error, std::size_t) {
  if (error) return end_badly(error);
  const bool waits_to_be_asked = beast::iequals(parser_->get()[bhttp::field::expect], "100-continue");
  waits_to_be_asked&& buffer_.size() == 0 && !parser_->is_done() ? say_continue() : read_body();
}

/// RFC 9110 §10.1.1: the client keeps its body until it knows that the header is taken.
void Connection::say_continue() {
  interim_ = {bhttp::status::continue_, 11};
  bhttp::async_write(stream_, interim_, then(&Connection::on_continue_said));
}

void Connection::on_continue_said(error_code error, std::size_t) { error ? close() : read_body(); }

void Connection::read_body() { bhttp::async_read(stream_, buffer_, *parser_, then(&Connection::on_request)); }

void Connection::end_badly(error_code error) {
  const auto status = refusal_of(error);
  status ? refuse(*status) : close();
}

void Connection::on_request(error_code error, std::size_t) {
  if (error) return end_badly(error);
  stream_.expires_never();
  state_ = State::handed_on;
  auto message = parser_->release();
  keep_ = message.keep_alive();
  head_ = message.method() == bhttp::verb::head;
  Request request;
  request.method = std::string{message.method_string()};
  request.target = std::string{message.target()};
  request.content_type = std::string{message[bhttp::field::content_type]};
  request.body = std::move(message.body());
  if (const auto hub = hub_.lock()) hub->take(*this, std::move(request));
}

void Connection::refuse(int status) {
  keep_ = false;
  head_ = false;
  answer(refusal(status, *options_));
}

void Connection::answer(Response response) {
  response_ = {};
  response_.result(static_cast<unsigned>(response.status));
  response_.set(bhttp::field::content_type, response.content_type);
  for (const auto& [name, value] : response.headers) response_.set(name, value);
  response_.keep_alive(keep_);
  if (head_) {
    response_.content_length(response.body.size());
  } else {
    response_.body() = std::move(response.body);
    response_.prepare_payload();
  }
  write();
}

void Connection::write() {
  state_ = State::writing;
  stream_.expires_after(options_->request_limit);
  bhttp::async_write(stream_, response_, then(&Connection::on_written));
}

void Connection::on_written(error_code error, std::size_t) {
  if (error) return close();
  if (!keep_) return linger();
  await_bytes(options_->idle_limit);
}

void Connection::linger() {
  state_ = State::lingering;
  error_code ignored;
  stream_.socket().shutdown(Local::socket::shutdown_send, ignored);
  stream_.expires_after(linger_limit);
  on_discarded({}, 0);
}

void Connection::on_discarded(error_code error, std::size_t) {
  if (error) return close();
  buffer_.clear();
  stream_.async_read_some(buffer_.prepare(4096), then(&Connection::on_discarded));
}

void Connection::stop() {
  keep_ = false;
  if (state_ == State::reading || state_ == State::lingering) close();
}

void Connection::close() {
  stream_.close();
  if (const auto hub = hub_.lock()) hub->gone(*this);
}

}  // namespace

class UnixListener::Impl final : public Hub, public std::enable_shared_from_this<Impl> {
 public:
  Impl(asio::io_context& io, ListenOptions options, std::function<void(Request)> handle, const ListeningSocket& file)
      : options_{std::make_shared<const ListenOptions>(std::move(options))},
        handle_{std::move(handle)},
        file_{file},
        acceptor_{io, Local{}, file.descriptor},
        pause_{io},
        stop_timer_{io} {}

  void accept();
  void respond(RequestId id, Response response);
  void stop();

  void take(Connection& connection, Request request) override;
  void gone(Connection& connection) override;

 private:
  void on_accepted(error_code error, Local::socket socket);
  void on_pause_over(error_code error);
  void on_stop_limit(error_code error);
  void welcome(Local::socket socket);

  std::shared_ptr<const ListenOptions> options_;
  std::function<void(Request)> handle_;
  ListeningSocket file_;
  Local::acceptor acceptor_;
  asio::steady_timer pause_;
  asio::steady_timer stop_timer_;
  std::map<Connection*, std::shared_ptr<Connection>> connections_;
  std::map<RequestId, Connection*> handed_on_;
  std::uint64_t last_id_ = 0;
  bool stopped_ = false;
};

void UnixListener::Impl::accept() {
  acceptor_.async_accept(beast::bind_front_handler(&Impl::on_accepted, shared_from_this()));
}

void UnixListener::Impl::on_accepted(error_code error, Local::socket socket) {
  if (stopped_) return;
  if (error) {
    // Out of descriptors, most likely: asking again at once would only burn the thread.
    pause_.expires_after(std::chrono::milliseconds{100});
    pause_.async_wait(beast::bind_front_handler(&Impl::on_pause_over, shared_from_this()));
    return;
  }
  welcome(std::move(socket));
  accept();
}

void UnixListener::Impl::on_pause_over(error_code error) {
  if (!error && !stopped_) accept();
}

void UnixListener::Impl::welcome(Local::socket socket) {
  if (connections_.size() >= 2 * options_->connections_max) return;  // not even room to say so
  const auto served = std::ranges::count_if(connections_, [](const auto& entry) { return !entry.second->leaving(); });
  const bool full = static_cast<std::size_t>(served) >= options_->connections_max;
  const auto connection = std::make_shared<Connection>(std::move(socket), options_, weak_from_this());
  connections_.emplace(connection.get(), connection);
  full ? connection->refuse(503) : connection->start();
}

void UnixListener::Impl::take(Connection& connection, Request request) {
  request.id = RequestId{++last_id_};
  handed_on_.emplace(request.id, &connection);
  handle_(std::move(request));
}

void UnixListener::Impl::respond(RequestId id, Response response) {
  const auto found = handed_on_.find(id);
  if (found == handed_on_.end()) return;
  const auto connection = connections_.at(found->second);
  handed_on_.erase(found);
  connection->answer(std::move(response));
}

void UnixListener::Impl::gone(Connection& connection) {
  std::erase_if(handed_on_, [&](const auto& entry) { return entry.second == &connection; });
  connections_.erase(&connection);
  if (stopped_ && connections_.empty()) stop_timer_.cancel();
}

void UnixListener::Impl::stop() {
  if (std::exchange(stopped_, true)) return;
  error_code ignored;
  acceptor_.close(ignored);
  pause_.cancel();
  remove_file_of(file_, options_->path);
  const auto connections = connections_;
  for (const auto& [address, connection] : connections) connection->stop();
  if (connections_.empty()) return;
  stop_timer_.expires_after(options_->stop_limit);
  stop_timer_.async_wait(beast::bind_front_handler(&Impl::on_stop_limit, shared_from_this()));
}

void UnixListener::Impl::on_stop_limit(error_code error) {
  if (error) return;
  const auto connections = connections_;
  for (const auto& [address, connection] : connections) connection->close();
}

UnixListener::UnixListener(std::shared_ptr<Impl> impl) : impl_{std::move(impl)} {}

UnixListener::~UnixListener() { stop(); }

model::Result<std::unique_ptr<UnixListener>> UnixListener::open(asio::io_context& io, ListenOptions options,
                                                                std::function<void(Request)> handle) {
  BOOST_OUTCOME_TRY(const auto file, listen_on(options.path, options.mode));
  auto impl = std::make_shared<Impl>(io, std::move(options), std::move(handle), file);
  impl->accept();
  return std::unique_ptr<UnixListener>{new UnixListener{std::move(impl)}};
}

void UnixListener::respond(RequestId id, Response response) { impl_->respond(id, std::move(response)); }

void UnixListener::stop() { impl_->stop(); }

}  // namespace chargehook::http::io
