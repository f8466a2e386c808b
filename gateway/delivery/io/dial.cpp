#include "delivery/io/dial.hpp"

#include <netdb.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace chargehook::delivery::io {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;
using std::chrono::steady_clock;

std::string to_text(const tcp::endpoint& address) {
  const std::string host = address.address().to_string();
  return (address.address().is_v6() ? "[" + host + "]" : host) + ":" + std::to_string(address.port());
}

error_code timed_out() { return {ETIMEDOUT, boost::system::system_category()}; }

}  // namespace

Dial::Dial(boost::asio::io_context& io, LookUps& names, TlsSettings& tls, DialRequest request, Done done)
    : names_{names},
      tls_{tls},
      request_{std::move(request)},
      done_{std::move(done)},
      channel_{std::make_shared<Channel>(io)},
      timer_{io} {}

void Dial::start() {
  names_.find(request_.url.host, request_.url.port, [weak = weak_from_this()](const LookedUp& found) {
    if (const auto self = weak.lock()) self->on_looked_up(found);
  });
}

Dialled Dial::cut() {
  done_ = nullptr;
  timer_.cancel();
  channel_->close();
  result_.channel = nullptr;
  if (result_.phase == Phase::resolve) {
    result_.error = EAI_AGAIN;
    result_.reason = "the look-up of the name took longer than the attempt may last";
  } else {
    result_.error = ETIMEDOUT;
    result_.reason = result_.phase == Phase::connect ? timed_out().message() : std::string{out_of_time};
  }
  return std::move(result_);
}

void Dial::on_looked_up(const LookedUp& found) {
  if (!done_) return;
  if (found.addresses.empty()) return fail(found.error, found.reason);
  found_ = found;
  result_.phase = Phase::connect;
  connect_until_ = std::min(steady_clock::now() + request_.connect_timeout, request_.deadline);
  connect_next();
}

void Dial::connect_next() {
  const auto& address = found_.addresses[next_++];
  result_.remote_address = to_text(address);
  const auto left = static_cast<std::int64_t>(found_.addresses.size() - next_ + 1);
  const auto now = steady_clock::now();
  timer_.expires_at(now + (connect_until_ - now) / left);
  timer_.async_wait([self = shared_from_this(), tried = next_](const error_code& cancelled) {
    if (!cancelled && self->done_ && self->result_.phase == Phase::connect && self->next_ == tried) {
      self->try_next(timed_out());
    }
  });
  channel_->socket().async_connect(address, [self = shared_from_this(), tried = next_](const error_code& error) {
    if (self->done_ && self->next_ == tried) self->on_connected(error);
  });
}

void Dial::on_connected(const error_code& error) {
  error_code failure = error;
  if (!failure) channel_->socket().set_option(tcp::no_delay{true}, failure);
  if (!failure) channel_->socket().non_blocking(true, failure);
  if (failure) return try_next(failure);
  timer_.cancel();
  request_.url.tls ? secure() : finish();
}

void Dial::try_next(const error_code& error) {
  timer_.cancel();
  error_code ignored;
  channel_->socket().close(ignored);
  next_ < found_.addresses.size() ? connect_next() : fail(error.value(), error.message());
}

void Dial::secure() {
  result_.phase = Phase::tls;
  auto context = tls_.context();
  if (!context) return fail(0, "the system's CA certificates cannot be read");
  stream_ = &channel_->use_tls(std::move(context));
  if (!expect_peer(*stream_, request_.url.host)) return fail(0, "no certificate can be for this host");
  stream_->async_handshake(boost::asio::ssl::stream_base::client, [self = shared_from_this()](const error_code& error) {
    if (self->done_) self->on_secured(error);
  });
}

void Dial::on_secured(const error_code& error) {
  if (!error) return finish();
  auto failure = explain_handshake(*stream_, error);
  fail(failure.error, std::move(failure.reason));
}

void Dial::fail(int error, std::string reason) {
  channel_->close();
  channel_ = nullptr;
  result_.error = error;
  result_.reason = std::move(reason);
  finish();
}

void Dial::finish() {
  result_.channel = channel_;
  std::exchange(done_, nullptr)(std::move(result_));
}

}  // namespace chargehook::delivery::io
