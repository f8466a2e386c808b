#include "journal/io/salvage_store.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include "journal/format/bytes.hpp"
#include "journal/format/record.hpp"
#include "journal/io/lmdb_environment.hpp"
#include "journal/io/page_trees.hpp"
#include "journal/io/store_creation.hpp"
#include "journal/io/store_folder.hpp"
#include "journal/io/store_start.hpp"
#include "journal/verify/carried_rows.hpp"
#include "journal/verify/examination.hpp"

namespace chargehook::journal::io {
namespace {

constexpr std::size_t records_per_transaction = 1000;

/// Writes what was gathered into a store that has its first rows.
class Carrying {
 public:
  Carrying(const SalvageOptions& options, const std::function<void(std::string_view)>& tell, PageFile& file,
           const Salvage& salvage, std::uint64_t store_id)
      : options_(options),
        tell_(tell),
        file_(file),
        salvage_(salvage),
        store_id_(store_id),
        first_(salvage.next_sequence()),
        places_(salvage.records(), first_) {}

  [[nodiscard]] model::Result<void> run(Environment& environment) {
    const auto& records = salvage_.records();
    imported_ = salvage_.imported();
    next_ = first_;
    BOOST_OUTCOME_TRY(write_rows(environment));
    for (std::size_t begin = 0; begin < records.size(); begin += records_per_transaction) {
      const auto end = std::min(begin + records_per_transaction, records.size());
      BOOST_OUTCOME_TRY(carry(environment, begin, end));
      tell_(progress_line(carried_, records.size(), 0));
    }
    BOOST_OUTCOME_TRY(write_imported(environment));
    return write_rows_of_records(environment);
  }

  [[nodiscard]] const std::map<model::EventClass, std::uint64_t>& unreadable() const { return unreadable_; }

 private:
  [[nodiscard]] model::Result<void> write_rows(Environment& environment) {
    BOOST_OUTCOME_TRY(auto transaction, Transaction::begin(environment, Access::write));
    for (const auto& [index, row] : salvage_.boots()) {
      BOOST_OUTCOME_TRY(transaction.put(Table::boots, boot_key(index), encode_boot(index, row)));
    }
    for (const auto& [id, text] : salvage_.types()) {
      if (salvage_.type_text(id) == nullptr) continue;
      BOOST_OUTCOME_TRY(transaction.put(Table::types, type_key(id), encode_type(id, text)));
    }
    for (const auto& [key, content] : salvage_.kv()) {
      BOOST_OUTCOME_TRY(transaction.put(Table::kv, key, encode_kv(key, content)));
    }
    for (const auto& row : salvage_.streams(store_id_, first_, options_.counting)) {
      BOOST_OUTCOME_TRY(transaction.put(Table::streams, stream_key(row.id), encode_stream(row)));
    }
    auto origins = salvage_.origins();
    origins.push_back({salvage_.store_id(), first_ == 0 ? 0 : first_ - 1, OriginReason::damage, options_.now.wall});
    BOOST_OUTCOME_TRY(transaction.put(Table::meta, meta_key::origins, encode_origins(origins)));
    // Sequences of records that cannot be read after all stay unused.
    const model::Sequence next = first_ + salvage_.records().size();
    BOOST_OUTCOME_TRY(transaction.put(Table::meta, meta_key::next_sequence_min,
                                      encode_meta_number(meta_key::next_sequence_min, next)));
    return transaction.commit();
  }

  [[nodiscard]] model::Result<void> carry(Environment& environment, std::size_t begin, std::size_t end) {
    BOOST_OUTCOME_TRY(auto transaction, Transaction::begin(environment, Access::write));
    for (std::size_t index = begin; index < end; ++index) {
      const RecordPlace& place = salvage_.records()[index];
      BOOST_OUTCOME_TRY(const bool is_carried, append(transaction, place));
      ++next_;
      if (is_carried) {
        ++carried_;
        continue;
      }
      ++unreadable_[place.event_class];
      places_.note_unreadable(place.sequence);
    }
    return transaction.commit();
  }

  /// Beyond the bound of the table an event may be imported although it was carried over.
  void note_imported(const ImportedRow& row) {
    if (imported_.size() < imported_rows_max || imported_.touches(row)) imported_.add(row);
  }

  /// An export of the damaged store holds what was carried over, too.
  [[nodiscard]] model::Result<void> write_imported(Environment& environment) {
    BOOST_OUTCOME_TRY(auto transaction, Transaction::begin(environment, Access::write));
    for (const auto& row : imported_.rows()) {
      BOOST_OUTCOME_TRY(
          transaction.append(Table::imported, imported_key(row.store_id, row.from), encode_imported(row)));
    }
    return transaction.commit();
  }

  [[nodiscard]] model::Result<void> write_rows_of_records(Environment& environment) {
    BOOST_OUTCOME_TRY(auto transaction, Transaction::begin(environment, Access::write));
    for (const auto& row : carried_ids(salvage_, places_)) {
      BOOST_OUTCOME_TRY(transaction.put(Table::ids, id_key(row), encode_id(row)));
    }
    for (const auto& row : carried_gaps(salvage_, places_)) {
      BOOST_OUTCOME_TRY(transaction.put(Table::gaps, gap_key(row.event_class, row.from_sequence), encode_gap(row)));
    }
    return transaction.commit();
  }

  [[nodiscard]] model::Result<bool> append(Transaction& transaction, const RecordPlace& place) {
    const std::string value = value_at(file_, place.page, place.entry);
    const auto header = decode_header(place.event_class, place.sequence, value);
    const std::string* type = header ? salvage_.type_text(header.value().type_id) : nullptr;
    if (type == nullptr) return false;
    auto decoded = decode_record(place.event_class, place.sequence, value, *type);
    if (!decoded) return false;
    Record record = std::move(decoded).value();
    if (!record.origin) {
      record.origin = Origin{giver_of(place.sequence, salvage_.origins(), salvage_.store_id()), place.sequence};
    }
    note_imported({record.origin->store_id, record.origin->sequence, record.origin->sequence});
    record.sequence = next_;
    record.ordinal = ++ordinals_[place.event_class];
    const std::string carried = encode_record(record, header.value().type_id);
    BOOST_OUTCOME_TRY(transaction.append(log_table(place.event_class), key_u64(record.sequence), carried));
    return true;
  }

  const SalvageOptions& options_;
  const std::function<void(std::string_view)>& tell_;
  PageFile& file_;
  const Salvage& salvage_;
  std::uint64_t store_id_;
  model::Sequence first_;
  NewPlaces places_;
  ImportedRanges imported_;
  model::Sequence next_ = 0;
  std::uint64_t carried_ = 0;
  std::map<model::EventClass, model::Ordinal> ordinals_;
  std::map<model::EventClass, std::uint64_t> unreadable_;
};

std::string in_words(model::EventClass event_class, std::uint64_t records) {
  return std::to_string(records) + " " + std::string{to_string(event_class)} +
         (records == 1 ? " event is lost" : " events are lost");
}

}  // namespace

void salvage_store(const SalvageOptions& options, const std::function<void(std::string_view line)>& tell) {
  auto file = PageFile::open(options.folder + "/data.mdb");
  if (!file) return tell(refusal_line("io", file.error().message));
  Salvage salvage;
  const bool has_content = gather_rows(file.value(), salvage, [&](auto) { tell(progress_line(0, 0, salvage.rows())); });
  if (const auto format = salvage.newer_format()) {
    return tell(refusal_line("format", "the damaged store has format " + std::to_string(*format)));
  }
  // What is left of a journal that was cut off may be too little for one row.
  const bool is_foreign = has_content && salvage.rows() == 0 && !is_cut_off(file.value());
  if (is_foreign) return tell(refusal_line("not_a_store", "no row of a journal is in the file"));

  const std::uint64_t map_bytes = std::max(options.size_bytes, file.value().pages() * lmdb_page_bytes);
  auto begun = begin_store(options.folder, map_bytes, options.store_id, options.now, options.machine);
  if (!begun) return tell(refusal_line("io", begun.error().message));
  const NewStore& made = begun.value();
  std::map<model::EventClass, std::uint64_t> lost;
  for (const auto event_class : model::all_event_classes) {
    for (const auto& hole : salvage.holes(event_class)) lost[event_class] += hole.records();
  }
  {
    auto environment = Environment::open(made.folder, map_bytes);
    if (!environment) return tell(refusal_line("io", environment.error().message));
    const auto tables = open_all_tables(environment.value());
    Carrying carrying{options, tell, file.value(), salvage, made.store_id};
    const auto carried = tables ? carrying.run(environment.value()) : tables;
    if (!carried) return tell(refusal_line("io", carried.error().message));
    for (const auto& [event_class, records] : carrying.unreadable()) lost[event_class] += records;
  }
  for (const auto& [event_class, records] : lost) {
    tell(finding_line({Harm::value, {}, in_words(event_class, records)}));
  }
  if (const auto laid_out = preallocate(made.folder + "/data.mdb", map_bytes); !laid_out) {
    return tell(refusal_line("io", laid_out.error().message));
  }
  tell(end_line());
}

}  // namespace chargehook::journal::io
