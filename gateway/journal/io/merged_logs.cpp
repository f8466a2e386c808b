#include "journal/io/merged_logs.hpp"

#include <string>
#include <utility>

#include "journal/format/bytes.hpp"
#include "journal/format/sealed_value.hpp"

namespace chargehook::journal::io {

model::Error out_of_order(Table table, std::string_view key) {
  return {"damaged",
          std::string{name_of(table)} + " " + printable_key(key) + ": does not come behind the key before it"};
}

model::Result<MergedLogs> MergedLogs::open(Transaction& transaction, model::Sequence after) {
  MergedLogs merged;
  for (const auto event_class : model::all_event_classes) {
    BOOST_OUTCOME_TRY(auto cursor, Cursor::open(transaction, log_table(event_class)));
    BOOST_OUTCOME_TRY(auto row, cursor.at_or_after(key_u64(after + 1)));
    merged.cursors_.push_back(std::move(cursor));
    merged.rows_[model::index_of(event_class)] = row;
  }
  return merged;
}

std::optional<model::EventClass> MergedLogs::lowest() const {
  std::optional<model::EventClass> found;
  for (std::size_t index = 0; index < rows_.size(); ++index) {
    if (rows_[index] && (!found || rows_[index]->key < row(*found).key)) found = static_cast<model::EventClass>(index);
  }
  return found;
}

model::Result<void> MergedLogs::advance(model::EventClass event_class) {
  const auto index = static_cast<std::size_t>(event_class);
  const std::string before{rows_[index]->key};
  BOOST_OUTCOME_TRY(rows_[index], cursors_[index].next());
  if (rows_[index] && rows_[index]->key <= before) return out_of_order(log_table(event_class), rows_[index]->key);
  return model::success();
}

}  // namespace chargehook::journal::io
