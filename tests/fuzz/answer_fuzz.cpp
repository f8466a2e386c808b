/// Any bytes as an HTTP answer: read in one piece and byte by byte they mean the same, and no more is kept than
/// allowed.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "delivery/io/answer_reader.hpp"
#include "model/result.hpp"

namespace io = chargehook::delivery::io;
using State = io::AnswerReader::State;

namespace {

State read_in_one_piece(io::AnswerReader& reader, std::string_view bytes) {
  const auto state = bytes.empty() ? State::more : reader.take(bytes);
  return state == State::more ? reader.take_end() : state;
}

State read_byte_by_byte(io::AnswerReader& reader, std::string_view bytes) {
  auto state = State::more;
  for (std::size_t i = 0; i < bytes.size() && state == State::more; ++i) state = reader.take(bytes.substr(i, 1));
  return state == State::more ? reader.take_end() : state;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  io::AnswerReader whole;
  io::AnswerReader slow;
  const auto state = read_in_one_piece(whole, bytes);
  CHARGEHOOK_ASSERT(state != State::more && state == read_byte_by_byte(slow, bytes));
  if (state == State::broken) {
    CHARGEHOOK_ASSERT(!whole.reason().empty() && !slow.reason().empty());
    return 0;
  }
  const io::Answer& answer = whole.answer();
  CHARGEHOOK_ASSERT(answer.status >= 101 && answer.status <= 999);
  CHARGEHOOK_ASSERT(answer.body.size() <= io::answer_bytes_max);
  CHARGEHOOK_ASSERT(answer.status == slow.answer().status && answer.body == slow.answer().body);
  CHARGEHOOK_ASSERT(answer.retry_after == slow.answer().retry_after && answer.date == slow.answer().date);
  return 0;
}
