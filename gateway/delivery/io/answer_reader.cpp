#include "delivery/io/answer_reader.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/none.hpp>
#include <cstdint>
#include <optional>

namespace chargehook::delivery::io {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::beast::error_code;
using Text = boost::beast::string_view;

/// Takes from the parser what an attempt wants to know, so that other fields are not copied.
class Message final : public http::basic_parser<false> {
 public:
  explicit Message(Answer& into) : into_{into} {
    eager(true);
    header_limit(answer_head_bytes_max);
    body_limit(boost::none);  // a long body is no error: its beginning is kept
  }

  [[nodiscard]] bool has_enough() const { return into_.body.size() == answer_bytes_max; }

 private:
  void on_request_impl(http::verb, Text, Text, int, error_code&) override {}

  void on_response_impl(int status, Text, int, error_code&) override { into_.status = status; }

  void on_field_impl(http::field name, Text, Text value, error_code&) override {
    if (name == http::field::retry_after && into_.retry_after.empty()) into_.retry_after = value;
    if (name == http::field::date && into_.date.empty()) into_.date = value;
  }

  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}

  std::size_t on_body_impl(Text bytes, error_code& error) override {
    into_.body.append(bytes.data(), std::min(bytes.size(), answer_bytes_max - into_.body.size()));
    if (has_enough()) error = http::error::body_limit;
    return bytes.size();
  }

  void on_chunk_header_impl(std::uint64_t, Text, error_code&) override {}

  std::size_t on_chunk_body_impl(std::uint64_t, Text bytes, error_code& error) override {
    return on_body_impl(bytes, error);
  }

  void on_finish_impl(error_code&) override {}

  Answer& into_;
};

constexpr std::string_view line_without_blank = "HTTP/1.1 200";

/// A status line without a reason has to have a blank all the same (RFC 9112 §4). Some peers leave it out.
bool lacks_blank(std::string_view bytes) {
  return bytes.starts_with("HTTP/1.") && bytes.size() > line_without_blank.size() &&
         bytes[line_without_blank.size()] == '\r';
}

bool is_interim(int status) { return status >= 100 && status <= 199 && status != 101; }

/// These have no body whatever their header says. Some peers send one all the same.
bool may_be_followed_by_a_body(int status) { return status == 101 || status == 304; }

}  // namespace

struct AnswerReader::Impl {
  void begin() {
    pending.clear();
    has_surplus = false;
    error = {};
    begin_message();
  }

  void begin_message() {
    answer = {};
    message.emplace(answer);
    is_at_start = true;
  }

  /// @return how many of `bytes` the parser took
  std::size_t put(std::string_view bytes) {
    std::size_t used = 0;
    if (is_at_start && lacks_blank(bytes)) {
      const auto line = bytes.substr(0, line_without_blank.size());
      const auto rest = bytes.substr(line.size());
      used = message->put(std::array{asio::const_buffer{line.data(), line.size()}, asio::const_buffer{" ", 1},
                                     asio::const_buffer{rest.data(), rest.size()}},
                          error);
      if (used > line.size()) --used;
    } else {
      used = message->put(asio::const_buffer{bytes.data(), bytes.size()}, error);
    }
    is_at_start = is_at_start && used == 0;
    return used;
  }

  /// Reads as far as it goes. @return how many bytes are done with
  std::size_t parse(std::string_view bytes, State& state) {
    std::size_t done = 0;
    while (state == State::more && done < bytes.size()) {
      const auto used = put(bytes.substr(done));
      done += used;
      if (message->is_done() && is_interim(answer.status)) {
        begin_message();
      } else if (message->is_done() || message->has_enough()) {
        state = State::whole;
      } else if (error && error != http::error::need_more) {
        state = State::broken;
      } else if (error || used == 0) {
        break;
      }
    }
    return done;
  }

  State take(std::string_view bytes) {
    const bool is_first = pending.empty();
    if (!is_first) pending += bytes;
    const std::string_view all = is_first ? bytes : std::string_view{pending};
    State state = State::more;
    const auto done = parse(all, state);
    has_surplus = done < all.size();
    if (state != State::more) return state;
    is_first ? pending.assign(all.substr(done)) : pending.erase(0, done);
    if (pending.size() <= answer_head_bytes_max) return state;
    error = http::error::header_limit;
    return State::broken;
  }

  Answer answer;
  std::optional<Message> message;
  bool is_at_start = true;   ///< the parser has taken nothing of this message
  std::string pending;       ///< the part of a line that was cut off at the end of the last bytes
  bool has_surplus = false;  ///< more came than belongs to this answer
  error_code error;
};

AnswerReader::AnswerReader() : impl_{std::make_unique<Impl>()} { impl_->begin(); }
AnswerReader::~AnswerReader() = default;

void AnswerReader::begin() { impl_->begin(); }

AnswerReader::State AnswerReader::take(std::string_view bytes) { return impl_->take(bytes); }

AnswerReader::State AnswerReader::take_end() {
  impl_->error = {};
  if (impl_->message->got_some()) {
    impl_->message->put_eof(impl_->error);
    if (!impl_->error) return State::whole;
  }
  impl_->error = http::error::partial_message;
  return State::broken;
}

bool AnswerReader::keeps_connection() const {
  const Message& message = *impl_->message;
  return message.is_done() && message.keep_alive() && !message.has_enough() && !impl_->has_surplus &&
         !may_be_followed_by_a_body(impl_->answer.status);
}

std::string AnswerReader::reason() const {
  if (impl_->error == http::error::partial_message) return "the connection ended before the answer was complete";
  return "the answer is not HTTP/1.1: " + impl_->error.message();
}

Answer& AnswerReader::answer() { return impl_->answer; }

}  // namespace chargehook::delivery::io
