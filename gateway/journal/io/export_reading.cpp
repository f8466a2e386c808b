#include "journal/io/export_reading.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "journal/export_record.hpp"
#include "journal/format/bytes.hpp"
#include "journal/format/export_line.hpp"
#include "journal/format/origin_row.hpp"
#include "journal/format/tables.hpp"
#include "journal/io/merged_logs.hpp"
#include "journal/io/record_reading.hpp"
#include "journal/io/store_start.hpp"
#include "model/event_id.hpp"

namespace chargehook::journal::io {
namespace {

class PageReading {
 public:
  PageReading(Transaction& transaction, const ExportRequest& request, ExportPage& page)
      : transaction_(transaction), records_(transaction), request_(request), page_(page) {
    page_.end.after = request.after;
  }

  [[nodiscard]] model::Result<void> run() {
    BOOST_OUTCOME_TRY(read_meta());
    if (request_.after == UINT64_MAX) return end();
    BOOST_OUTCOME_TRY(auto logs, MergedLogs::open(transaction_, request_.after));
    while (const auto event_class = logs.lowest()) {
      const Row& row = logs.row(*event_class);
      if (!has_room_for(row.value.size())) return model::success();
      BOOST_OUTCOME_TRY(take(*event_class, row));
      BOOST_OUTCOME_TRY(logs.advance(*event_class));
    }
    return end();
  }

 private:
  [[nodiscard]] model::Result<void> end() {
    page_.end.is_last = true;
    return model::success();
  }

  [[nodiscard]] model::Result<void> read_meta() {
    BOOST_OUTCOME_TRY(const auto value, transaction_.get(Table::meta, meta_key::store_id));
    if (!value) return model::Error{"damaged", "meta has no row store_id"};
    BOOST_OUTCOME_TRY(store_id_, decode_meta_number(meta_key::store_id, *value));
    BOOST_OUTCOME_TRY(const auto origins, transaction_.get(Table::meta, meta_key::origins));
    if (origins) {
      BOOST_OUTCOME_TRY(origins_, decode_origins(*origins));
    }
    for (std::size_t index = 0; index < floors_.size(); ++index) {
      const auto floor = load_floor(transaction_, static_cast<model::EventClass>(index));
      floors_[index] = floor ? floor.value().sequence : UINT64_MAX;
    }
    if (!request_.of_store) return model::success();
    const auto giver = giver_of(request_.after, origins_, store_id_);
    if (giver == *request_.of_store) return model::success();
    return model::Error{"store", "the sequence " + std::to_string(request_.after) + " here is of the store " +
                                     model::hex(giver) + ", not of " + model::hex(*request_.of_store)};
  }

  [[nodiscard]] bool has_room_for(std::size_t bytes) const {
    if (taken_ == 0) return true;
    return taken_ < export_page_records_max && bytes_ + bytes <= export_page_bytes_max;
  }

  [[nodiscard]] model::Result<void> take(model::EventClass event_class, const Row& row) {
    const model::Sequence sequence = big_endian(row.key.substr(0, sizeof(model::Sequence)));
    ++taken_;
    bytes_ += row.value.size();
    auto record = records_.decode(event_class, sequence, row.value);
    if (record) {
      BOOST_OUTCOME_TRY(append(record.value()));
    } else {
      page_.end.damaged.push_back(sequence);
    }
    page_.end.after = sequence;
    return model::success();
  }

  [[nodiscard]] model::Result<void> append(const Record& record) {
    if (record.recorded_quality == model::TimeQuality::unknown && !clocks_) {
      BOOST_OUTCOME_TRY(read_boots());
    }
    const auto giver = giver_of(record.sequence, origins_, store_id_);
    ExportLine line = line_of(record, giver, clocks_ ? *clocks_ : model::BootClocks{});
    line.previous = previous_of(record.sequence);
    page_.lines += to_text(line) + '\n';
    ++page_.end.events;
    return model::success();
  }

  /// At and below the floor of any class were events that are gone: of what lies there nothing is said.
  [[nodiscard]] model::Sequence previous_of(model::Sequence sequence) const {
    model::Sequence previous = page_.end.after;
    for (const auto floor : floors_) previous = std::max(previous, std::min(floor, sequence - 1));
    return previous;
  }

  [[nodiscard]] model::Result<void> read_boots() {
    std::vector<model::Opening> openings;
    BOOST_OUTCOME_TRY(auto cursor, Cursor::open(transaction_, Table::boots));
    BOOST_OUTCOME_TRY(auto row, cursor.first());
    while (row) {
      const auto index = static_cast<std::uint32_t>(big_endian(row->key.substr(0, sizeof(std::uint32_t))));
      if (!openings.empty() && index <= openings.back().boot) return out_of_order(Table::boots, row->key);
      if (const auto boot = decode_boot(index, row->value)) {
        openings.push_back({index, boot.value().boot_uuid, boot.value().learned});
      }
      BOOST_OUTCOME_TRY(auto following, cursor.next());
      row = following;
    }
    clocks_.emplace(openings);
    return model::success();
  }

  Transaction& transaction_;
  RecordReading records_;
  const ExportRequest& request_;
  ExportPage& page_;
  std::uint64_t store_id_ = 0;
  std::vector<StoreOrigin> origins_;
  std::array<model::Sequence, model::event_class_count> floors_{};
  std::optional<model::BootClocks> clocks_;
  std::size_t taken_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace

model::Result<void> read_export(Environment& environment, MappedRange mapping, const ExportRequest& request,
                                ExportPage& page) {
  BOOST_OUTCOME_TRY(auto transaction, Transaction::begin(environment, Access::read));
  BOOST_OUTCOME_TRY(PageReading(transaction, request, page).run());
  give_back(mapping);
  return model::success();
}

}  // namespace chargehook::journal::io
