/// What the look at a store says of the points of its streams' chains, and what it can say with their help.
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>

#include "journal/format/bytes.hpp"
#include "journal/format/nmap_row.hpp"
#include "journal/format/record.hpp"
#include "journal/format/sealed_value.hpp"
#include "journal/verify/store_walk.hpp"

namespace chargehook::journal {
namespace {

using model::EventClass;
using model::Sequence;

constexpr auto state = EventClass::state;
constexpr Sequence last_sequence = 1500;
constexpr Sequence cursor_at = 1400;
const model::StreamId crm{7, state, 1};

/// A link depends on all that came before it, as the real one does.
Counting counting() {
  Counting made;
  made.matcher = [](const model::StreamRow& row, std::string_view) {
    return [filter = row.filter](std::string_view type, std::string_view) { return type == filter; };
  };
  made.begin = [](std::uint64_t store_id, std::string_view, const model::StreamId&) {
    model::ChainHash hash{};
    hash[0] = static_cast<std::uint8_t>(store_id);
    return hash;
  };
  made.link = [](const model::ChainHash& previous, std::uint64_t n, std::string_view id) {
    auto hash = previous;
    for (const char byte : id) hash[1] = static_cast<std::uint8_t>(hash[1] * 31 + static_cast<unsigned char>(byte));
    hash[2] = static_cast<std::uint8_t>(hash[2] * 7 + n);
    return hash;
  };
  return made;
}

bool is_own(Sequence sequence) { return sequence % 3 != 0; }

/// 1,500 records of one class, of which every third is of another type, and a stream that has done those up to 1,400,
/// with all its points.
struct Rows {
  Floor floor;
  model::StreamRow stream{crm, "user.created", 0, {cursor_at, 0, {}}, false};
  std::map<std::uint64_t, model::ChainPoint> points;
  std::map<Sequence, std::string> log;
  std::map<std::string, std::string> raw_points;  ///< in place of what is in `points`
  std::optional<std::string> raw_stream;          ///< in place of what is in `stream`
  bool has_stream = true;

  Rows() {
    stream.cursor.hash = counting().begin(77, "crm", crm);
    for (Sequence sequence = 1; sequence <= last_sequence; ++sequence) {
      Record record;
      record.sequence = record.ordinal = sequence;
      record.boot = 1;
      record.event.event_class = state;
      record.event.id = "evt_" + std::to_string(sequence);
      record.event.data = "{}";
      log[sequence] = encode_record(record, is_own(sequence) ? 1 : 2);
      if (!is_own(sequence) || sequence > cursor_at) continue;
      auto& cursor = stream.cursor;
      cursor.hash = counting().link(cursor.hash, ++cursor.n, record.event.id);
      if (model::has_chain_point(cursor.n)) points[cursor.n] = {crm, cursor.n, sequence, cursor.hash};
    }
  }

  /// As a store has it whose records up to `up_to` are trimmed, and with them the points that nobody needs.
  void trim(Sequence up_to) {
    floor = {up_to, up_to};
    log.erase(log.begin(), log.upper_bound(up_to));
    while (points.size() > 1 && std::next(points.begin())->second.sequence <= up_to) points.erase(points.begin());
  }

  [[nodiscard]] StoreWalk begun() const {
    StoreWalk walk{counting()};
    for (const auto& key : {meta_key::format, meta_key::min_reader, meta_key::next_sequence_min}) {
      walk.take_meta(key, encode_meta_number(key, key == meta_key::next_sequence_min ? 0 : 1));
    }
    walk.take_meta(meta_key::store_id, encode_meta_number(meta_key::store_id, 77));
    walk.take_meta("created", encode_created({}));
    for (const auto event_class : model::all_event_classes) {
      const auto at = event_class == state ? floor : Floor{};
      walk.take_meta(meta_key::floor(event_class), encode_floor(event_class, at));
    }
    walk.take_boot(boot_key(1), encode_boot(1, {}));
    walk.take_type(type_key(1), encode_type(1, "user.created"));
    walk.take_type(type_key(2), encode_type(2, "session.ended"));
    if (has_stream) walk.take_stream(stream_key(stream.id), raw_stream.value_or(encode_stream(stream)));
    for (const auto& [n, point] : points) {
      const std::string key = nmap_key(point.stream, n);
      const auto raw = raw_points.find(key);
      walk.take_nmap(key, raw == raw_points.end() ? encode_nmap(point) : raw->second);
    }
    walk.take_kv("config/endpoints/crm", encode_kv("config/endpoints/crm", "7"));
    walk.take_log_end(state, {.last = last_sequence, .last_sound = last_sequence, .last_ordinal = last_sequence});
    walk.tables_done();
    return walk;
  }

  [[nodiscard]] Findings walked() const {
    auto walk = begun();
    for (const auto& [sequence, value] : log) walk.take_record(state, key_u64(sequence), value);
    walk.finish();
    return walk.findings();
  }
};

std::string all_of(const Findings& findings) {
  std::string text;
  for (const auto& finding : findings.kept()) text += text_of(finding) + "\n";
  return text;
}

bool has(const Findings& findings, const std::string& where, const std::string& what) {
  return std::ranges::any_of(findings.kept(), [&](const auto& finding) {
    return finding.harm == Harm::numbers && finding.where == where && finding.what.find(what) != std::string::npos;
  });
}

std::string at(std::uint64_t n) { return "nmap " + printable_key(nmap_key(crm, n)); }
const std::string in_streams = "streams " + printable_key(stream_key(crm));

}  // namespace

TEST_CASE("points that follow from the records are sound, wherever the log begins") {
  for (const Sequence trimmed : {0, 1, 383, 384, 385, 600, 767, 768, 1200, 1400, 1450}) {
    CAPTURE(trimmed);
    Rows rows;
    if (trimmed > 0) rows.trim(trimmed);
    const auto found = rows.walked();
    INFO(all_of(found));
    CHECK(found.count() == 0);
  }
}

TEST_CASE("a store that an older version has written has no points for what it did, and is sound") {
  for (const Sequence trimmed : {0, 600}) {
    Rows rows;
    if (trimmed > 0) rows.trim(trimmed);
    rows.points.erase(256);
    rows.points.erase(512);
    CHECK(rows.walked().count() == 0);
    rows.points.clear();
    CHECK(rows.walked().count() == 0);
  }
}

TEST_CASE("another hash in the row of a stream is found although the first records are gone") {
  for (const Sequence trimmed : {0, 300, 600, 768, 1000}) {
    CAPTURE(trimmed);
    Rows rows;
    if (trimmed > 0) rows.trim(trimmed);
    rows.stream.cursor.hash[1] ^= 1U;
    CHECK(has(rows.walked(), in_streams, "has another hash at n"));
  }
}

TEST_CASE("another n in the row of a stream is found although the first records are gone") {
  for (const std::uint64_t by : {1, 300}) {
    Rows rows;
    rows.trim(600);
    rows.stream.cursor.n += by;
    CHECK(has(rows.walked(), in_streams, "there are 934"));
    rows.stream.cursor.n -= 2 * by;
    CHECK(rows.walked().count() > 0);
  }
}

TEST_CASE("a cursor between which and the newest point all records are there has to have the hash of that way") {
  Rows rows;
  rows.trim(rows.points.at(768).sequence);
  CHECK(rows.points.size() == 1);
  CHECK(rows.walked().count() == 0);
  rows.points.at(768).hash[1] ^= 1U;
  CHECK(has(rows.walked(), in_streams, "has another hash at n 934"));
}

TEST_CASE("where records between the newest point below and the cursor are gone, more than its n cannot be there") {
  Rows rows;
  rows.trim(1200);
  rows.stream.cursor.n = 800;
  CHECK(has(rows.walked(), in_streams, "there are 902 at least"));
}

struct Fault {
  const char* name;
  std::function<void(Rows&)> plant;
  std::uint64_t n;
  const char* what;
};

TEST_CASE("each fault planted in a point is found, and the row is named") {
  const std::vector<Fault> faults{
      {"the sequence of a record that is none of its stream", [](auto& rows) { ++rows.points.at(512).sequence; }, 512,
       "its record 768 is none of its stream"},
      {"the sequence of the one behind it", [](auto& rows) { rows.points.at(512).sequence += 2; }, 512,
       "its record is n 513"},
      {"another hash", [](auto& rows) { rows.points.at(512).hash[1] ^= 1U; }, 512, "has another hash"},
      {"the sequence of the one before it", [](auto& rows) { --rows.points.at(512).sequence; }, 512,
       "its record is n 511"},
      {"beyond the cursor", [](auto& rows) { rows.points.at(768).sequence = 1401; }, 768, "beyond the cursor"},
      {"before the start", [](auto& rows) { rows.stream.start = 500; }, 256, "before the start"},
      {"nearer than there are numbers", [](auto& rows) { rows.points.at(768).sequence = 900; }, 768,
       "nearer to that of the row before"},
      {"of no stream",
       [](auto& rows) {
         rows.points[256] = {{7, state, 1}, 256, 384, {}};
         rows.stream.id.generation = 2;
       },
       256, "belongs to no stream"},
  };
  for (const auto& fault : faults) {
    CAPTURE(std::string{fault.name});
    Rows rows;
    fault.plant(rows);
    const auto found = rows.walked();
    INFO(all_of(found));
    CHECK(has(found, at(fault.n), fault.what));
  }
}

TEST_CASE("a point with a wrong sequence is found where it is the first above the floor, too") {
  Rows rows;
  rows.trim(600);
  rows.points.at(512).sequence += 2;  // of n 513
  CHECK(has(rows.walked(), at(768), "its record is n 767"));
}

TEST_CASE("points that a full store went without are no finding, and what follows from the others is") {
  Rows rows;
  rows.points.erase(512);
  CHECK(rows.walked().count() == 0);
  rows.points.at(768).hash[1] ^= 1U;
  CHECK(has(rows.walked(), at(768), "has another hash"));
  rows.points.erase(768);
  CHECK(rows.walked().count() == 0);
}

TEST_CASE("a point that cannot be read is told, nothing else is blamed for it, and no start leaves the store for it") {
  Rows rows;
  auto value = encode_nmap(rows.points.at(512));
  value[20] = static_cast<char>(value[20] ^ 1);
  rows.raw_points[nmap_key(crm, 512)] = value;
  const auto found = rows.walked();
  INFO(all_of(found));
  CHECK(found.count() == 1);
  CHECK(found.count(Harm::value) == 1);
}

TEST_CASE("where the row of a stream cannot be read its points are not blamed, where there is none the first one is") {
  Rows rows;
  rows.raw_stream = "damaged";
  auto found = rows.walked();
  INFO(all_of(found));
  CHECK(found.count() == 1);
  CHECK(found.count(Harm::row) == 1);

  rows.has_stream = false;
  found = rows.walked();
  CHECK(found.count() == 1);
  CHECK(has(found, at(256), "belongs to no stream"));
}

TEST_CASE("a damaged record costs the count up to the next point, and no more") {
  Rows rows;
  rows.log.at(400)[20] = static_cast<char>(rows.log.at(400)[20] ^ 1);
  CHECK(rows.walked().count() == 1);
  rows.stream.cursor.hash[1] ^= 1U;
  CHECK(has(rows.walked(), in_streams, "has another hash"));
  Rows at_point;
  at_point.log.at(at_point.points.at(512).sequence) = "damaged";
  CHECK(at_point.walked().count() == 1);
}

TEST_CASE("what is trimmed while the walk is under way costs the count up to the next point, and no more") {
  for (const bool is_wrong : {false, true}) {
    Rows rows;
    if (is_wrong) rows.stream.cursor.hash[1] ^= 1U;
    auto walk = rows.begun();
    for (const auto& [sequence, value] : rows.log) {
      if (sequence == 301) walk.take_floor(state, {900, 900});
      if (sequence <= 300 || sequence > 900) walk.take_record(state, key_u64(sequence), value);
    }
    walk.finish();
    CHECK(walk.findings().count() == (is_wrong ? 1 : 0));
  }
}

TEST_CASE("where only the ends of a log are looked at the points between are not missed") {
  const Rows rows;
  auto walk = rows.begun();
  for (const auto& [sequence, value] : rows.log) {
    if (sequence == 1000) walk.skip(state, 1000);
    if (sequence <= 100 || sequence >= 1000) walk.take_record(state, key_u64(sequence), value);
  }
  walk.finish();
  INFO(all_of(walk.findings()));
  CHECK(walk.findings().count() == 0);
}

}  // namespace chargehook::journal
