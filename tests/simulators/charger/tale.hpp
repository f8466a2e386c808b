/// What the chargers of a run have seen: a log of JSON lines, and numbers. Owner: main; one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "charger/link.hpp"
#include "common/line_log.hpp"

namespace chargehook::simulators {

/// A start or stop of a transaction that was answered: from now on the charger does not say it again.
struct ToldTransaction {
  std::string kind;  ///< "session.started" or "session.ended"
  int connector = 0;
  std::int64_t transaction = 0;
  std::int64_t meter_wh = 0;
  std::string time;  ///< as told
};

/// Who says it: a charger in its nth connection.
struct Teller {
  std::string charger;
  std::uint64_t connection = 0;
};

class Tale {
 public:
  /// @param log empty: none is written
  explicit Tale(const std::string& log);

  void connected(const Teller& teller);
  void ended(const Teller& teller, const LinkEnd& why);
  void sent(const Teller& teller, std::string_view bytes, bool text);
  void received(const Teller& teller, std::string_view bytes, bool text);
  void told(const Teller& teller, const ToldTransaction& transaction);
  /// A call that was answered by an error, or not at all.
  void unanswered(const Teller& teller, const std::string& action, const std::string& why);
  /// @param action start and stop of a transaction are counted apart: their answers wait for a commit
  void answered(const std::string& action, std::chrono::nanoseconds took);

  /// Forgets all answers: what comes now is measured.
  void begin_measuring();
  [[nodiscard]] std::string summary(std::chrono::duration<double> took, bool as_json);

 private:
  /// In µs.
  struct Latencies {
    std::vector<std::uint32_t> values;
    [[nodiscard]] double part(double part);
  };

  LineLog log_;
  Latencies relayed_;
  Latencies held_;
  std::uint64_t sessions_started_ = 0;
  std::uint64_t sessions_ended_ = 0;
  std::uint64_t unanswered_ = 0;
  std::uint64_t connections_ = 0;
};

}  // namespace chargehook::simulators
