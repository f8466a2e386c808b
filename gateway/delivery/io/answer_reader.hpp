/// Reads one HTTP/1.1 answer: bytes in, what an attempt needs to know of it out. Touches no socket. One thread at a
/// time. Interim answers (1xx but 101) are passed over. A body is read up to `answer_bytes_max`; then no more is
/// wanted. Source: RFC 9112 §6.3 (where a body ends), RFC 9110 §15.2 (interim answers).
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace chargehook::delivery::io {

/// What is kept of a body.
inline constexpr std::size_t answer_bytes_max = std::size_t{64} * 1024;

/// The status line and all fields together may be this long, and so may what stands between two chunks.
inline constexpr std::size_t answer_head_bytes_max = std::size_t{64} * 1024;

struct Answer {
  int status = 0;
  std::string retry_after;  ///< the first header of that name, empty if absent
  std::string date;         ///< the same
  std::string body;
};

class AnswerReader {
 public:
  enum class State { more, whole, broken };

  AnswerReader();
  ~AnswerReader();

  /// The answer to another request begins; nothing is left of the one before.
  void begin();

  /// The next bytes, cut anywhere. Not after `whole` or `broken`.
  [[nodiscard]] State take(std::string_view bytes);

  /// No byte follows: whole if only that could say where the body ends.
  [[nodiscard]] State take_end();

  /// Once whole: whether the next answer can follow on the same connection.
  [[nodiscard]] bool keeps_connection() const;

  /// Once broken: what was wrong, in words.
  [[nodiscard]] std::string reason() const;

  /// What has been read so far.
  [[nodiscard]] Answer& answer();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace chargehook::delivery::io
