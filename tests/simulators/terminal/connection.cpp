#include "terminal/connection.hpp"

#include <algorithm>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

namespace chargehook::simulators {
namespace {

namespace http = boost::beast::http;
using namespace std::chrono_literals;

constexpr auto answer_timeout = 10s;
constexpr auto wait_for_gateway = 20ms;  // gone: it is being started again

/// What a good answer must hold; nothing if it does not.
std::optional<Told> read_told(const std::string& body) {
  const auto answer = nlohmann::json::parse(body, nullptr, false);
  if (!answer.is_object()) return std::nullopt;
  const auto id = answer.find("id");
  const auto sequence = answer.find("sequence");
  if (id == answer.end() || !id->is_string() || sequence == answer.end() || !sequence->is_string()) return std::nullopt;
  return Told{id->get<std::string>(), sequence->get<std::string>()};
}

std::chrono::milliseconds read_retry_after(boost::beast::string_view text, std::chrono::milliseconds longest) {
  unsigned seconds = 1;
  std::from_chars(text.data(), text.data() + text.size(), seconds);
  return std::min<std::chrono::milliseconds>(std::chrono::seconds(seconds), longest);
}

}  // namespace

Connection::Connection(boost::asio::io_context& io, const ConnectionOptions& options,
                       std::vector<std::uint64_t> devices, Story& story, std::function<void()> ended)
    : options_(options),
      devices_(std::move(devices)),
      story_(story),
      ended_(std::move(ended)),
      stream_(io),
      timer_(io) {}

void Connection::start() {
  due_ = Clock::now();
  take_next_event();
}

void Connection::take_next_event() {
  event_ = story_.next(devices_[turn_++ % devices_.size()]);
  if (!event_) {
    stream_.close();
    return ended_();
  }
  request_ = {http::verb::post, options_.target, 11, event_->body};
  request_.set(http::field::host, "localhost");
  request_.set(http::field::content_type, "application/cloudevents+json; charset=UTF-8");
  request_.prepare_payload();
  posted_ = Clock::now();
  connected_ ? post() : connect();
}

void Connection::wait(Clock::time_point until, void (Connection::*then)()) {
  timer_.expires_at(until);
  timer_.async_wait([this, then](ErrorCode error) {
    if (!error) (this->*then)();
  });
}

void Connection::connect() {
  stream_.expires_after(answer_timeout);
  stream_.async_connect(boost::asio::local::stream_protocol::endpoint(options_.socket),
                        [this](ErrorCode error) { on_connected(error); });
}

void Connection::on_connected(ErrorCode error) {
  if (error) return lost();
  connected_ = true;
  post();
}

/// The gateway is gone, or hangs: whether it has the event nobody knows, so the same one goes out again.
void Connection::lost() {
  if (connected_) story_.tried_again();
  connected_ = false;
  stream_.close();
  buffer_.clear();
  wait(Clock::now() + wait_for_gateway, &Connection::connect);
}

void Connection::post() {
  stream_.expires_after(answer_timeout);
  http::async_write(stream_, request_, [this](ErrorCode error, std::size_t) { on_written(error); });
}

void Connection::on_written(ErrorCode error) {
  if (error) return lost();
  response_ = {};
  http::async_read(stream_, buffer_, response_, [this](ErrorCode failed, std::size_t) { on_answered(failed); });
}

void Connection::on_answered(ErrorCode error) {
  if (error) return lost();
  if (!response_.keep_alive()) {
    connected_ = false;
    stream_.close();
  }
  take_answer();
}

void Connection::take_answer() {
  const unsigned status = response_.result_int();
  if (status == 429 || status >= 500) {
    story_.tried_again();
    const auto pause = read_retry_after(response_[http::field::retry_after], options_.longest_wait);
    return wait(Clock::now() + pause, connected_ ? &Connection::post : &Connection::connect);
  }
  const auto answer = status >= 200 && status < 300 ? read_told(response_.body()) : std::nullopt;
  if (answer) {
    story_.told(*event_, *answer, std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - posted_));
  } else {
    story_.refused(*event_, status, response_.body());
  }
  event_done();
}

void Connection::event_done() {
  if (options_.interval == 0ns) return take_next_event();
  due_ += std::chrono::duration_cast<Clock::duration>(options_.interval);
  if (due_ <= Clock::now()) return take_next_event();
  wait(due_, &Connection::take_next_event);
}

}  // namespace chargehook::simulators
