#include "journal/io/log_reading.hpp"

#include <memory>
#include <string>
#include <utility>

#include "journal/format/bytes.hpp"
#include "journal/format/record.hpp"
#include "journal/format/sealed_value.hpp"
#include "journal/io/record_reading.hpp"

namespace chargehook::journal::io {
namespace {

/// One read: looks the type texts up once each, and takes rows until a limit is reached.
class LogReading {
 public:
  LogReading(Transaction& transaction, const ReadRequest& request, ReadResult& result)
      : records_(transaction), request_(request), result_(result) {}

  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

  [[nodiscard]] bool has_room_for(std::size_t bytes) const {
    if (taken_ == 0) return true;
    return taken_ < request_.records_max && bytes_ + bytes <= request_.bytes_max;
  }

  void take(const Row& row) {
    ++taken_;
    bytes_ += row.value.size();
    const model::Sequence sequence = big_endian(row.key);
    result_.last = sequence;
    auto record = records_.decode(request_.event_class, sequence, row.value);
    if (!record) {
      result_.damaged.push_back(sequence);
      return;
    }
    result_.records.push_back(std::make_shared<const Record>(std::move(record).value()));
  }

 private:
  RecordReading records_;
  const ReadRequest& request_;
  ReadResult& result_;
  std::size_t taken_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace

model::Result<std::uint64_t> read_log(Environment& environment, const ReadRequest& request, ReadResult& result) {
  if (request.after == UINT64_MAX) return std::uint64_t{0};
  BOOST_OUTCOME_TRY(auto transaction, Transaction::begin(environment, Access::read));
  BOOST_OUTCOME_TRY(auto cursor, Cursor::open(transaction, log_table(request.event_class)));
  LogReading reading{transaction, request, result};
  BOOST_OUTCOME_TRY(auto row, cursor.at_or_after(key_u64(request.after + 1)));
  while (row && reading.has_room_for(row->value.size())) {
    reading.take(*row);
    const std::string before{row->key};
    BOOST_OUTCOME_TRY(row, cursor.next());
    if (row && row->key <= before) {  // it could go on for ever
      return model::Error{"damaged", std::string{name_of(log_table(request.event_class))} + " " +
                                         printable_key(row->key) + ": does not come behind the key before it"};
    }
  }
  return reading.bytes();
}

}  // namespace chargehook::journal::io
