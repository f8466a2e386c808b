#include "journal/io/chain_point_trim.hpp"

#include <optional>
#include <string>
#include <vector>

#include "journal/format/nmap_row.hpp"
#include "journal/format/tables.hpp"
#include "journal/io/merged_logs.hpp"

namespace chargehook::journal::io {
namespace {

/// Keys of the points to delete: a cursor is read to its end before anything is written.
class PointsBelow {
 public:
  PointsBelow(Transaction& transaction, model::Sequence floor) : transaction_(transaction), floor_(floor) {}

  [[nodiscard]] model::Result<std::vector<std::string>> of(model::EventClass event_class) {
    BOOST_OUTCOME_TRY(auto cursor, Cursor::open(transaction_, Table::nmap));
    BOOST_OUTCOME_TRY(auto row, cursor.first());
    while (row && keys_.size() < chain_points_per_trim) {
      const auto named = point_of_key(row->key);
      const std::string behind = (named ? nmap_key(named->stream, UINT64_MAX) : std::string{row->key}) + '\0';
      if (named && named->stream.event_class == event_class) {
        BOOST_OUTCOME_TRY(take_stream(cursor, *row, named->stream));
      }
      BOOST_OUTCOME_TRY(row, cursor.at_or_after(behind));
      // A page whose keys are not sorted gives any of them.
      if (row && row->key < behind) return out_of_order(Table::nmap, row->key);
    }
    return std::move(keys_);
  }

 private:
  /// @param row the first of the stream
  [[nodiscard]] model::Result<void> take_stream(Cursor& cursor, const Row& row, const model::StreamId& stream) {
    std::vector<std::string> passed;  // not above the floor, as far as they can be read
    std::size_t before_newest = 0;
    std::optional<Row> next = row;
    while (next && next->key.starts_with(stream_key(stream)) && keys_.size() + passed.size() < chain_points_per_trim) {
      const auto point = decode_nmap(next->key, next->value);
      if (point && point.value().sequence > floor_) break;
      if (point) before_newest = passed.size();
      passed.emplace_back(next->key);
      BOOST_OUTCOME_TRY(next, cursor.next());
      if (next && next->key <= passed.back()) return out_of_order(Table::nmap, next->key);
    }
    const bool is_last = !next || !next->key.starts_with(stream_key(stream));
    bool is_gone = false;
    if (is_last) {
      BOOST_OUTCOME_TRY(is_gone, has_gone(stream));
    }
    if (!is_gone) passed.resize(before_newest);
    keys_.insert(keys_.end(), passed.begin(), passed.end());
    return model::success();
  }

  /// A row that cannot be read may be of a stream that goes on.
  [[nodiscard]] model::Result<bool> has_gone(const model::StreamId& stream) {
    const std::string key = stream_key(stream);
    BOOST_OUTCOME_TRY(const auto value, transaction_.get(Table::streams, key));
    if (!value) return true;
    const auto row = decode_stream(key, *value);
    return row && row.value().closed && row.value().cursor.sequence <= floor_;
  }

  Transaction& transaction_;
  model::Sequence floor_;
  std::vector<std::string> keys_;
};

}  // namespace

model::Result<void> trim_chain_points(Transaction& transaction, model::EventClass event_class, model::Sequence floor) {
  BOOST_OUTCOME_TRY(const auto keys, PointsBelow(transaction, floor).of(event_class));
  for (const auto& key : keys) {
    BOOST_OUTCOME_TRY(transaction.erase(Table::nmap, key));
  }
  return model::success();
}

}  // namespace chargehook::journal::io
