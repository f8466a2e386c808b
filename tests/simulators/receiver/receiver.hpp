/// Judges every webhook that comes in, writes it down, and answers. Owner: main; one thread.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "common/line_log.hpp"
#include "receiver/http_server.hpp"
#include "receiver/stream_book.hpp"
#include "receiver/verdict.hpp"

namespace chargehook::simulators {

struct ReceiverOptions {
  std::string key;  ///< bytes of the secret
  std::string log;  ///< path, empty: none. Streams go on from what it holds
  bool print = false;
  unsigned answer = 200;  ///< given to what verifies; other than 2xx takes it into no stream
  std::chrono::milliseconds delay{0};
  std::string refused_id;  ///< this event is answered 422, and taken into no stream; empty: none
};

class Receiver {
 public:
  explicit Receiver(ReceiverOptions options);

  Answer take(const Post& post);

  /// What came and what was wrong, for people; with the log of an earlier run included.
  [[nodiscard]] std::string summary() const;
  /// No fault, and no stream has a hole.
  [[nodiscard]] bool all_right() const;

 private:
  void replay(const std::string& path);
  [[nodiscard]] bool takes(const Post& post) const;
  Verdict judge(const Post& post, nlohmann::json& event);
  Verdict judge_event(const Post& post, const nlohmann::json& event);
  [[nodiscard]] unsigned status_for(const Post& post, Verdict verdict) const;
  void write_line(const Post& post, const nlohmann::json& event, Verdict verdict, unsigned status);
  void print(const Post& post, const nlohmann::json& event, Verdict verdict) const;
  [[nodiscard]] std::uint64_t faults() const;

  ReceiverOptions options_;
  StreamBook book_;
  std::array<std::uint64_t, verdict_count> tally_{};
  LineLog log_;
  std::uint64_t from_log_ = 0;
};

}  // namespace chargehook::simulators
