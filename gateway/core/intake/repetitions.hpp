/// What sources that can repeat have handed in: whether an event is new, comes again, or comes again with other content
/// under the same id. Decides at once, from memory; what it says of an event is written in that event's own commit.
/// Owner: Core. One thread.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "core/intake/known_ids.hpp"
#include "core/outputs.hpp"
#include "journal/format/id_row.hpp"
#include "model/clock.hpp"
#include "model/event.hpp"

namespace chargehook::core {

/// Of one id so many revisions are compared with what comes: the newest. An older one that comes again is one more.
inline constexpr std::uint32_t revisions_compared_max = 16;

class Repetitions {
 public:
  /// @param stored      all rows of the table
  /// @param pages_total of the store: the table gets at most a thirtieth of it
  Repetitions(std::vector<journal::IdRow> stored, std::uint64_t pages_total, const model::Now& started);

  /// To be admitted, with this row in its entry. From here on the id is under way, until `stored` or `forget`.
  struct Fresh {
    journal::IdRow row;  ///< without its sequence
  };
  /// The same event is admitted and not durable yet.
  struct UnderWay {
    std::uint64_t id = 0;  ///< journal::id_hash
  };
  /// Stored: the same event is in the store.
  using Seen = std::variant<Fresh, UnderWay, Stored>;

  /// @param event gets an id of its own and `data.revises` if its id is there with other content
  [[nodiscard]] Seen look_up(const model::Now& now, model::Event& event);

  /// Whoever handed in the same once more is answered with the first.
  void wait(const UnderWay& seen, Token token);

  /// These rows are durable. @return the answers to those who wait for them
  [[nodiscard]] std::vector<Release> stored(const std::vector<journal::IdRow>& rows);

  /// The event was not taken after all. @return who waits for it
  [[nodiscard]] std::vector<Token> forget(std::uint64_t id);

  /// Rows of the table that are not needed any more.
  [[nodiscard]] std::vector<journal::IdRow> take_gone() { return known_.take_gone(); }

  struct Counters {
    std::uint64_t repeated = 0;  ///< not stored again
    std::uint64_t revised = 0;   ///< stored as a revision
  };
  [[nodiscard]] const Counters& counters() const { return counters_; }
  [[nodiscard]] const KnownIds& known() const { return known_; }

 private:
  struct Pending {
    std::string event_id;
    std::uint64_t content = 0;
    std::vector<Token> waiting;  ///< besides the source of the first
  };

  [[nodiscard]] bool is_there(const std::string& event_id) const;
  [[nodiscard]] bool has_content(const std::string& event_id, std::uint64_t content) const;
  [[nodiscard]] std::uint32_t last_revision(const std::string& event_id) const;
  [[nodiscard]] Seen again(const std::string& event_id);
  [[nodiscard]] Seen begin(const model::Now& now, const std::string& event_id, std::uint64_t content);
  [[nodiscard]] std::uint32_t today(const model::Now& now);

  KnownIds known_;
  std::unordered_map<std::uint64_t, Pending> under_way_;  ///< by journal::id_hash; never walked through
  std::uint32_t day_;
  model::BootTime day_begun_;
  Counters counters_;
};

}  // namespace chargehook::core
