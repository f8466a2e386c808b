/// Records of one transaction, with the texts of their types looked up once each.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "journal/format/record.hpp"
#include "journal/io/lmdb_environment.hpp"
#include "model/result.hpp"

namespace chargehook::journal::io {

class RecordReading {
 public:
  explicit RecordReading(Transaction& transaction) : transaction_(transaction) {}

  /// @return "check", "version"; any bytes are safe to hand in
  [[nodiscard]] model::Result<Record> decode(model::EventClass event_class, model::Sequence sequence,
                                             std::string_view value);

 private:
  [[nodiscard]] model::Result<std::string_view> type_text(std::uint32_t id);

  Transaction& transaction_;
  std::map<std::uint32_t, std::string> types_;
};

}  // namespace chargehook::journal::io
