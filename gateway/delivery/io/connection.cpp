#include "delivery/io/connection.hpp"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <utility>

#include "delivery/io/request_head.hpp"

namespace chargehook::delivery::io {
namespace {

using boost::system::error_code;

int errno_of(const error_code& error) {
  return error.category() == boost::system::system_category() ? error.value() : 0;
}

}  // namespace

Connection::Connection(ConnectionSettings& settings, const HttpUrl& url, Events events)
    : settings_{settings}, url_{url}, events_{std::move(events)}, timer_{settings.io} {}

bool Connection::serves(const HttpUrl& url) const {
  return url.tls == url_.tls && url.port == url_.port && url.host == url_.host;
}

void Connection::notice_the_peer() {
  if (step_ == Step::open && !channel_->is_quiet()) close();
}

void Connection::send(AttemptRequest request) {
  request_ = std::move(request);
  is_busy_ = true;
  begun_ = Clock::now();
  limit_ = begun_ + request_.total_deadline;
  watch();
  step_ == Step::open ? write() : dial();
}

void Connection::dial() {
  step_ = Step::dialling;
  dial_ = std::make_shared<Dial>(
      settings_.io, settings_.names, settings_.tls, DialRequest{url_, request_.connect_timeout, limit_},
      [self = shared_from_this()](Dialled dialled) { self->on_dialled(std::move(dialled)); });
  dial_->start();
}

void Connection::on_dialled(Dialled dialled) {
  dial_ = nullptr;
  remote_address_ = std::move(dialled.remote_address);
  if (!dialled.channel) return fail(dialled.phase, dialled.error, std::move(dialled.reason));
  channel_ = std::move(dialled.channel);
  step_ = Step::open;
  has_answered_ = false;
  read();
  write();
}

void Connection::write() {
  reader_.begin();
  has_begun_ = false;
  write_request_head(request_.request, head_);
  const std::string& body = request_.request.body;
  Channel::Gathered bytes{boost::asio::buffer(head_), boost::asio::buffer(body)};
  error_code error;
  auto written = channel_->write_at_once(bytes, error);
  if (error) return on_written(error);
  if (written == head_.size() + body.size()) return;
  is_writing_ = true;
  for (auto& part : bytes) {
    const auto done = std::min(written, part.size());
    part += done;
    written -= done;
  }
  channel_->write(bytes, [self = shared_from_this(), channel = channel_](const error_code& failure, std::size_t) {
    if (self->channel_ == channel) self->on_written(failure);
  });
}

void Connection::on_written(const error_code& error) {
  is_writing_ = false;
  if (error && has_hung_up_idle()) return dial_again();
  if (error) {
    fail(Phase::write, errno_of(error), "the connection broke while the request was written: " + error.message());
  }
}

/// One read is always under way while the connection is open: it is what notices that an idle peer hangs up.
void Connection::read() {
  channel_->read(boost::asio::buffer(bytes_),
                 [self = shared_from_this(), channel = channel_](const error_code& error, std::size_t count) {
                   if (self->channel_ == channel) self->on_read(error, count);
                 });
}

void Connection::on_read(const error_code& error, std::size_t count) {
  if (!is_busy_) {  // hung up, or said something that nobody asked for
    close();
    return events_.closed(*this);
  }
  if (error) return take_end(error);
  has_begun_ = true;
  take(reader_.take({bytes_.data(), count}));
}

/// Whether the connection ended before it said anything to this request, after it had answered others: then the peer
/// closed it as one that was idle, and has most likely not seen the request. RFC 9112 §9.3.1, §9.5.
bool Connection::has_hung_up_idle() const { return has_answered_ && !has_begun_; }

/// Once for an attempt: what comes next is the answer of a connection that has not answered before.
void Connection::dial_again() {
  channel_->close();
  channel_ = nullptr;
  is_writing_ = false;
  dial();
}

void Connection::take_end(const error_code& error) {
  if (has_hung_up_idle()) return dial_again();
  if (error == boost::asio::error::eof) return take(reader_.take_end());
  fail(Phase::read, errno_of(error), "the connection ended before the answer was complete: " + error.message());
}

void Connection::take(AnswerReader::State state) {
  if (state == AnswerReader::State::more) return read();
  if (state == AnswerReader::State::broken) return fail(Phase::read, 0, reader_.reason());
  AttemptResult result;
  result.phase = Phase::answered;
  Answer& answer = reader_.answer();
  result.status = answer.status;
  result.retry_after = std::move(answer.retry_after);
  result.date = std::move(answer.date);
  result.body = std::move(answer.body);
  if (is_writing_ || !reader_.keeps_connection()) close();
  has_answered_ = true;
  is_busy_ = false;
  if (step_ == Step::open) read();
  end(std::move(result));
}

/// The timer is not moved with each attempt, which would cost a good part of it: it looks what the limit is when it
/// goes off.
void Connection::watch() {
  if (timer_set_to_ <= limit_) return;
  timer_set_to_ = limit_;
  timer_.expires_at(limit_);
  timer_.async_wait([self = shared_from_this()](const error_code& cancelled) {
    if (!cancelled && self->step_ != Step::closed) self->on_time();
  });
}

void Connection::on_time() {
  timer_set_to_ = Clock::time_point::max();
  if (Clock::now() < limit_) return watch();
  if (dial_) return on_dialled(dial_->cut());
  if (is_busy_) return fail(is_writing_ ? Phase::write : Phase::read, ETIMEDOUT, std::string{out_of_time});
  close();
  events_.closed(*this);
}

void Connection::fail(Phase phase, int error, std::string reason) {
  close();
  AttemptResult result;
  result.phase = phase;
  result.error = error;
  result.reason = std::move(reason);
  end(std::move(result));
}

/// What was read together with the answer, or lay ready behind it, is handed to `on_read` before the next attempt
/// begins: it belongs to none, and must not be taken for the next answer.
void Connection::end(AttemptResult result) {
  const auto now = Clock::now();
  is_busy_ = false;
  result.id = request_.id;
  result.remote_address = remote_address_;
  result.took = std::chrono::duration_cast<std::chrono::microseconds>(now - begun_);
  limit_ = now + settings_.idle_limit;
  if (step_ == Step::open) watch();
  is_settling_ = true;
  events_.ended(*this, std::move(result));
  boost::asio::post(settings_.io, [self = shared_from_this()] {
    self->is_settling_ = false;
    self->events_.free(*self);
  });
}

void Connection::close() {
  if (step_ == Step::closed) return;
  step_ = Step::closed;
  timer_.cancel();
  if (dial_) (void)std::exchange(dial_, nullptr)->cut();
  if (channel_) std::exchange(channel_, nullptr)->close();
}

}  // namespace chargehook::delivery::io
