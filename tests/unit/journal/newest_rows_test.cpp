#include "journal/newest_rows.hpp"

#include <doctest/doctest.h>

namespace chargehook::journal {

TEST_CASE("of rows that are not stored yet the newest of each goes, and all in one batch") {
  NewestRows rows;
  CHECK(rows.empty());
  model::PendRow row;
  row.stream = {7, model::EventClass::state, 3};
  model::StreamRow stream;
  stream.id = row.stream;
  rows.merge({stream}, {{row.stream, 1, row}, {row.stream, 2, row}}, {{row.stream, 256, 900, {}}}, Age::newer);
  rows.merge({}, {{row.stream, 1, std::nullopt}}, {{row.stream, 512, 1900, {}}}, Age::newer);
  rows.merge({}, {{row.stream, 1, row}, {row.stream, 3, row}}, {}, Age::older);  // of a batch that did not commit
  Batch batch;
  rows.move_to(batch);
  CHECK(rows.empty());
  CHECK(batch.streams.size() == 1);
  CHECK(batch.points.size() == 2);
  CHECK(batch.pend ==
        std::vector<model::PendPut>{{row.stream, 1, std::nullopt}, {row.stream, 2, row}, {row.stream, 3, row}});
}

}  // namespace chargehook::journal
