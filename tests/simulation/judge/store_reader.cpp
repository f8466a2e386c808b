#include "judge/store_reader.hpp"

#include <lmdb.h>
#include <xxhash.h>

#include <algorithm>
#include <memory>
#include <string_view>

namespace chargehook::simulation {
namespace {

/// Numbers of a value: little-endian. Reading beyond the end gives zeros and is remembered.
class Fields {
 public:
  explicit Fields(std::string_view bytes) : bytes_(bytes) {}

  std::uint64_t number(std::size_t width) {
    const auto part = text(width);
    std::uint64_t out = 0;
    for (auto it = part.rbegin(); it != part.rend(); ++it) out = out << 8U | static_cast<unsigned char>(*it);
    return out;
  }
  std::string_view text(std::size_t count) {
    if (count > bytes_.size()) {
      failed_ = true;
      return {};
    }
    const auto out = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return out;
  }
  std::string_view rest() { return text(bytes_.size()); }
  [[nodiscard]] bool is_whole() const { return !failed_ && bytes_.empty(); }

 private:
  std::string_view bytes_;
  bool failed_ = false;
};

std::uint64_t number_of_key(std::string_view key) {
  std::uint64_t out = 0;
  for (const char c : key) out = out << 8U | static_cast<unsigned char>(c);
  return out;
}

std::string printable(std::string_view key) {
  const bool text = std::ranges::all_of(key, [](char c) { return c > 0x20 && c < 0x7F; });
  return text ? std::string{key} : std::to_string(number_of_key(key));
}

class Reading {
 public:
  Reading(MDB_env* environment, MDB_txn* transaction, Complaints& complaints, StoreSnapshot& out)
      : environment_(environment), transaction_(transaction), complaints_(complaints), out_(out) {}

  void all() {
    table("meta", [&](auto key, auto body) { meta(key, body); });
    table("boots", [&](auto key, auto body) { boot(key, body); });
    table("types",
          [&](auto key, auto body) { out_.types[static_cast<std::uint32_t>(number_of_key(key))] = std::string{body}; });
    table("streams", [&](auto key, auto body) { stream(key, body); });
    table("pend", [&](auto key, auto body) { pend(key, body); });
    table("nmap", [&](auto key, auto body) { point(key, body); });
    table("gaps", [&](auto key, auto body) { gap(key, body); });
    table("ids", [&](auto key, auto body) { id(key, body); });
    table("imported", [](auto, auto) {});  // nothing is imported in a simulation
    table("kv", [&](auto key, auto body) { out_.kv[std::string{key}] = std::string{body}; });
    for (std::size_t i = 0; i < 4; ++i) {
      table("log" + std::to_string(i), [&](auto key, auto body) { record(i, key, body); });
    }
    count_pages();
    out_.is_readable = true;
  }

 private:
  template <class Take>
  void table(const std::string& name, Take take) {
    MDB_dbi handle = 0;
    MDB_cursor* cursor = nullptr;
    if (mdb_dbi_open(transaction_, name.c_str(), 0, &handle) != 0 ||
        mdb_cursor_open(transaction_, handle, &cursor) != 0) {
      return complaints_.say("store: the table " + name + " is missing");
    }
    add_pages(handle);
    MDB_val key{}, value{};
    int status = 0;
    while ((status = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
      const std::string_view key_bytes{static_cast<const char*>(key.mv_data), key.mv_size};
      const std::string_view bytes{static_cast<const char*>(value.mv_data), value.mv_size};
      if (is_sound(name, key_bytes, bytes)) take(key_bytes, bytes.substr(9));
    }
    if (status != MDB_NOTFOUND) complaints_.say("store: walking " + name + ": " + mdb_strerror(status));
    mdb_cursor_close(cursor);
  }

  bool is_sound(const std::string& name, std::string_view key, std::string_view value) {
    if (value.size() >= 9) {
      XXH3_64bits_reset(hash_.get());
      for (const auto part : {std::string_view{name}, key, value.substr(8)}) {
        XXH3_64bits_update(hash_.get(), part.data(), part.size());
      }
      const bool check = XXH3_64bits_digest(hash_.get()) == Fields{value.substr(0, 8)}.number(8);
      if (check && value[8] == 1) return true;
    }
    complaints_.say("store: " + name + " " + printable(key) + " does not verify");
    return false;
  }

  void was_given(std::uint64_t sequence) {
    if (sequence > 0) out_.next_sequence = std::max(out_.next_sequence, sequence + 1);
  }

  void meta(std::string_view key, std::string_view body) {
    Fields fields{body};
    if (key == "store_id") out_.store_id = fields.number(8);
    if (key == "next_seq_min") out_.next_sequence = std::max(out_.next_sequence, fields.number(8));
    if (key == "format" && fields.number(8) != 1) complaints_.say("store: the format is not 1");
    if (!key.starts_with("floor/")) return;
    auto& floor = out_.floors[static_cast<std::size_t>(key.back() - '0') % 4];
    floor.sequence = fields.number(8);
    floor.ordinal = fields.number(8);
    was_given(floor.sequence);
  }

  void boot(std::string_view key, std::string_view body) {
    const auto index = static_cast<std::uint32_t>(number_of_key(key));
    Fields fields{body};
    StoredBoot& row = out_.boots[index];
    row.uuid = fields.text(16);
    fields.text(8 + 8 + 1);
    out_.ended_in_order = fields.number(1) == 1;
    fields.text(8);
    row.is_learned = fields.number(1) != 0;
    fields.text(1 + 8 + 8);
    if (!fields.is_whole()) complaints_.say("store: a row of boots is not as long as it says");
  }

  void stream(std::string_view key, std::string_view body) {
    StoredStream row;
    row.endpoint = static_cast<std::uint32_t>(number_of_key(key.substr(0, 4)));
    row.event_class = static_cast<unsigned char>(key[4]);
    row.generation = static_cast<std::uint32_t>(number_of_key(key.substr(5)));
    Fields fields{body};
    row.closed = fields.number(1) == 1;
    row.start = fields.number(8);
    row.cursor = fields.number(8);
    row.n = fields.number(8);
    const auto link = fields.text(32);
    std::copy(link.begin(), link.end(), row.link.begin());
    row.filter = fields.text(fields.number(4));
    if (!fields.is_whole()) return complaints_.say("store: a row of streams is not as long as it says");
    out_.streams.push_back(std::move(row));
  }

  /// Stream and n of a row, from its key of 17 bytes.
  template <class Row>
  static void place(std::string_view key, Row& row) {
    row.endpoint = static_cast<std::uint32_t>(number_of_key(key.substr(0, 4)));
    row.event_class = static_cast<unsigned char>(key[4]);
    row.generation = static_cast<std::uint32_t>(number_of_key(key.substr(5, 4)));
    row.n = number_of_key(key.substr(9));
  }

  void pend(std::string_view key, std::string_view body) {
    StoredPend row;
    place(key, row);
    Fields fields{body};
    row.sequence = fields.number(8);
    const auto state = fields.number(1);
    row.key = fields.number(8);
    fields.text(4 + 8 + 8 + 1 + 2);  // attempts, first and last failure, its quality, status
    row.before = link_of(fields.text(32));
    if (!fields.is_whole() || key.size() != 17 || state > 2) {
      return complaints_.say("store: a row of pend is not as long as it says");
    }
    out_.pend.push_back(row);
  }

  void point(std::string_view key, std::string_view body) {
    if (key.size() != 17) return complaints_.say("store: a key of nmap is not as long as it should be");
    StoredPoint row;
    place(key, row);
    Fields fields{body};
    row.sequence = fields.number(8);
    row.link = link_of(fields.text(32));
    if (!fields.is_whole()) return complaints_.say("store: a row of nmap is not as long as it says");
    out_.points.push_back(row);
  }

  static Link link_of(std::string_view bytes) {
    Link link{};
    std::copy(bytes.begin(), bytes.end(), link.begin());
    return link;
  }

  static StoredNotice notice(Fields& fields) {
    StoredNotice out;
    out.endpoint = static_cast<std::uint32_t>(fields.number(4));
    out.generation = static_cast<std::uint32_t>(fields.number(4));
    out.event = fields.number(8);
    out.from_sequence = fields.number(8);
    out.to_sequence = fields.number(8);
    fields.text(8 + 8 + 8);  // count, times
    for (auto left = fields.number(2); left > 0; --left) {
      Loss loss{fields.number(8), fields.number(8), {}, {}};
      loss.before = link_of(fields.text(32));
      loss.after = link_of(fields.text(32));
      out.losses.push_back(loss);
    }
    for (auto left = fields.number(2); left > 0; --left) {
      fields.text(fields.number(2));
      fields.number(8);
    }
    fields.number(1);
    for (auto left = fields.number(2); left > 0; --left) fields.text(fields.number(2));
    for (auto left = fields.number(2); left > 0; --left) out.files.emplace_back(fields.text(fields.number(2)));
    return out;
  }

  void gap(std::string_view key, std::string_view body) {
    StoredGap row;
    row.event_class = static_cast<unsigned char>(key.front());
    row.from_sequence = number_of_key(key.substr(1));
    Fields fields{body};
    row.to_sequence = fields.number(8);
    row.from_ordinal = fields.number(8);
    row.to_ordinal = fields.number(8);
    row.reason = static_cast<int>(fields.number(1));
    for (auto left = fields.number(2); left > 0; --left) row.notices.push_back(notice(fields));
    if (!fields.is_whole() || key.size() != 9) return complaints_.say("store: a row of gaps is not as long as it says");
    out_.gaps.push_back(std::move(row));
  }

  void id(std::string_view key, std::string_view body) {
    Fields fields{body};
    const auto sequence = fields.number(8);
    fields.number(8);  // content
    if (!fields.is_whole() || key.size() != 12) return complaints_.say("store: a row of ids is not as long as it says");
    out_.ids.push_back(
        {static_cast<std::uint32_t>(number_of_key(key.substr(0, 4))), number_of_key(key.substr(4)), sequence});
  }

  void record(std::size_t log, std::string_view key, std::string_view body) {
    Fields fields{body};
    StoredRecord record;
    record.sequence = number_of_key(key);
    was_given(record.sequence);
    const auto encoding = fields.number(1);
    const auto event_class = fields.number(1);
    const auto flags = fields.number(1);
    fields.text(1);
    const auto time_quality = fields.number(1);
    const auto recorded_quality = fields.number(1);
    record.is_time_unknown = time_quality == 0 && recorded_quality == 0 && (flags & 8U) == 0;
    record.ordinal = fields.number(8);
    record.type = static_cast<std::uint32_t>(fields.number(4));
    record.boot = static_cast<std::uint32_t>(fields.number(4));
    fields.text(24);
    if ((flags & 4U) != 0) fields.text(16);
    record.id = fields.text(fields.number(2));
    record.subject = fields.text(fields.number(2));
    record.partition_key = fields.text(fields.number(2));
    fields.text(fields.number(4));
    if (!fields.is_whole() || encoding != 0 || event_class != log) {
      return complaints_.say("store: log" + std::to_string(log) + " " + std::to_string(record.sequence) +
                             " is not a record of its class");
    }
    out_.logs[log].push_back(std::move(record));
  }

  void add_pages(MDB_dbi handle) {
    MDB_stat stat{};
    if (mdb_stat(transaction_, handle, &stat) != 0) return;
    out_.pages_used += stat.ms_branch_pages + stat.ms_leaf_pages + stat.ms_overflow_pages;
  }

  void count_pages() {
    MDB_envinfo info{};
    mdb_env_info(environment_, &info);
    add_pages(0);
    add_pages(1);
    out_.pages_used += 2;
    out_.pages_total = info.me_mapsize / 4096;
  }

  MDB_env* environment_;
  MDB_txn* transaction_;
  Complaints& complaints_;
  StoreSnapshot& out_;
  std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> hash_{XXH3_createState(), XXH3_freeState};
};

}  // namespace

std::uint64_t hash_of_text(const std::string& text) { return XXH3_64bits(text.data(), text.size()); }

StoreSnapshot read_store(const std::string& folder, Complaints& complaints) {
  StoreSnapshot out;
  MDB_env* environment = nullptr;
  MDB_txn* transaction = nullptr;
  mdb_env_create(&environment);
  mdb_env_set_maxdbs(environment, 16);
  int status = mdb_env_open(environment, folder.c_str(), MDB_RDONLY | MDB_NOLOCK, 0);
  if (status == 0) status = mdb_txn_begin(environment, nullptr, MDB_RDONLY, &transaction);
  if (status == 0) {
    Reading{environment, transaction, complaints, out}.all();
    mdb_txn_abort(transaction);
  } else {
    complaints.say(std::string{"store: cannot be opened: "} + mdb_strerror(status));
  }
  mdb_env_close(environment);
  return out;
}

}  // namespace chargehook::simulation
