#include "journal/format/lmdb_page.hpp"

#include <algorithm>
#include <string>

#include "journal/format/bytes.hpp"

namespace chargehook::journal {
namespace {

constexpr std::uint16_t flag_branch = 1;
constexpr std::uint16_t flag_leaf = 2;
constexpr std::uint16_t flag_meta = 8;
constexpr std::uint16_t entry_is_elsewhere = 1;
constexpr std::uint16_t entry_is_table = 2;
constexpr std::uint32_t magic = 0xBEEFC0DE;
constexpr std::uint32_t version = 1;
constexpr std::uint64_t map_bytes_max = std::uint64_t{1} << 40;
constexpr std::uint16_t flags_of_free_list = 8;  // its keys are numbers
constexpr std::size_t flags_at = 10;
constexpr std::size_t end_of_slots_at = 12;
constexpr std::size_t node_header_bytes = 8;
constexpr std::size_t depth_in_table = 6;
constexpr std::size_t rows_in_table = 32;
constexpr std::size_t root_in_table = 40;
constexpr std::size_t table_bytes = 48;

std::uint16_t flags_of(std::string_view page) { return ByteReader{page.substr(flags_at)}.u16(); }

/// The header of a node, and where it is; nothing if it does not lie in the page.
struct Node {
  std::uint16_t low;
  std::uint16_t high;
  std::uint16_t flags;
  std::uint16_t key_bytes;
  std::size_t content;  ///< offset of the key
  bool is_listed;       ///< its slot is below the end of the slots that the page's header names
};

std::optional<Node> node_at(std::string_view page, std::size_t offset) {
  if (offset < lmdb_page_header_bytes || offset + node_header_bytes > page.size()) return std::nullopt;
  ByteReader in{page.substr(offset)};
  Node node{};
  node.low = in.u16();
  node.high = in.u16();
  node.flags = in.u16();
  node.key_bytes = in.u16();
  node.content = offset + node_header_bytes;
  if (node.content + node.key_bytes > page.size()) return std::nullopt;
  return node;
}

/// Slots stand between the header and the nodes: one beyond the lowest node is none. Those beyond the end that the
/// header names are looked at, too: the header may be what is damaged.
template <class Take>
void for_each_node(std::string_view page, Take take) {
  std::size_t lowest = page.size();
  const std::size_t end_of_slots =
      page.size() < lmdb_page_header_bytes ? 0 : ByteReader{page.substr(end_of_slots_at)}.u16();
  for (std::size_t slot = lmdb_page_header_bytes; slot + 2 <= lowest; slot += 2) {
    const std::size_t offset = ByteReader{page.substr(slot)}.u16();
    auto node = node_at(page, offset);
    if (!node) continue;
    node->is_listed = slot < end_of_slots;
    if (offset > slot + 1) lowest = std::min(lowest, offset);
    take(*node);
  }
}

/// Of a node's value. The number of the page below a branch stands in the node's header.
std::uint64_t bytes_in_page(std::string_view page, const Node& node) {
  if (is_lmdb_branch(page)) return 0;
  if ((node.flags & entry_is_elsewhere) != 0) return sizeof(std::uint64_t);
  return node.low | (std::uint64_t{node.high} << 16);
}

/// As its flags say; and as a row all the same where the flags may be what is damaged.
void add_entries(std::string_view page, const Node& node, std::vector<LmdbEntry>& entries) {
  const std::string_view rest = page.substr(node.content + node.key_bytes);
  LmdbEntry plain;
  plain.key = page.substr(node.content, node.key_bytes);
  plain.value_bytes = node.low | (std::uint64_t{node.high} << 16);
  LmdbEntry entry = plain;
  entry.is_listed = node.is_listed;
  const bool fits = plain.value_bytes <= rest.size();
  plain.value = fits ? rest.substr(0, plain.value_bytes) : std::string_view{};
  if ((node.flags & entry_is_elsewhere) != 0 || !fits) {
    if ((node.flags & entry_is_elsewhere) == 0) entry.is_listed = false;
    if (rest.size() < sizeof(std::uint64_t)) return;
    entry.elsewhere = ByteReader{rest}.u64();
  } else if ((node.flags & entry_is_table) != 0) {
    if (rest.size() < table_bytes) return;
    entry.table_depth = ByteReader{rest.substr(depth_in_table)}.u16();
    ByteReader table{rest.substr(rows_in_table)};
    entry.table_rows = table.u64();
    entry.table = table.u64();
  } else {
    entry.value = plain.value;
  }
  entries.push_back(entry);
  if (fits && node.flags != 0) entries.push_back(plain);
}

}  // namespace

model::Result<LmdbMeta> read_lmdb_meta(std::string_view page, std::uint64_t number, std::uint64_t pages) {
  const auto wrong = [&](const std::string& what) {
    return model::Error{"damaged", "page " + std::to_string(number) + " of the file " + what};
  };
  if (page.size() < lmdb_page_bytes) return wrong("is missing");
  ByteReader in{page.substr(lmdb_page_header_bytes)};
  const bool is_meta = (flags_of(page) & flag_meta) != 0 && in.u32() == magic && in.u32() == version;
  if (!is_meta) return wrong("does not say that it is of LMDB");
  const std::uint64_t address = in.u64();
  const std::uint64_t map_bytes = in.u64();
  const std::uint32_t page_bytes = in.u32();  // in the place of a field of the first table, which does not need it
  const std::uint16_t free_list_flags = in.u16();
  LmdbMeta meta;
  meta.free_depth = in.u16();
  in.bytes(root_in_table - 8);
  meta.free_root = in.u64();
  in.bytes(4);
  const std::uint16_t root_flags = in.u16();
  meta.depth = in.u16();
  in.bytes(root_in_table - 8);
  meta.root = in.u64();
  meta.last_page = in.u64();
  meta.transaction = in.u64();
  const bool is_ours = address == 0 && page_bytes == lmdb_page_bytes && map_bytes <= map_bytes_max &&
                       free_list_flags == flags_of_free_list && root_flags == 0;
  if (!is_ours) return wrong("has flags or sizes that no journal has");
  if (meta.last_page >= pages) {
    return wrong("counts " + std::to_string(meta.last_page + 1) + " pages, the file has " + std::to_string(pages));
  }
  const bool is_empty = meta.root == UINT64_MAX;
  if (!is_empty && (meta.root < 2 || meta.root > meta.last_page)) return wrong("has its root outside the file");
  if (meta.transaction != 0 && meta.transaction % 2 != number) return wrong("has the number of a commit of the other");
  return meta;
}

bool are_neighbours(const LmdbMeta& one, const LmdbMeta& other) {
  const auto [low, high] = std::minmax(one.transaction, other.transaction);
  return high - low == 1 || high == 0;
}

std::uint64_t lmdb_page_number(std::string_view page) { return ByteReader{page}.u64(); }
bool is_lmdb_leaf(std::string_view page) { return (flags_of(page) & flag_leaf) != 0; }
bool is_lmdb_branch(std::string_view page) { return (flags_of(page) & flag_branch) != 0; }

bool is_laid_out_well(std::string_view page) {
  if (page.size() != lmdb_page_bytes) return false;
  ByteReader in{page.substr(end_of_slots_at)};
  const std::size_t end_of_slots = in.u16();
  const std::size_t begin_of_nodes = in.u16();
  if (end_of_slots < lmdb_page_header_bytes || end_of_slots % 2 != 0) return false;
  if (end_of_slots > begin_of_nodes || begin_of_nodes > page.size()) return false;
  std::size_t lowest = page.size();
  for (std::size_t slot = lmdb_page_header_bytes; slot < end_of_slots; slot += 2) {
    const std::size_t offset = ByteReader{page.substr(slot)}.u16();
    const auto node = node_at(page, offset);
    if (!node || node->content + node->key_bytes + bytes_in_page(page, *node) > page.size()) return false;
    lowest = std::min(lowest, offset);
  }
  return lowest == begin_of_nodes;
}

std::vector<LmdbEntry> read_lmdb_leaf(std::string_view page) {
  std::vector<LmdbEntry> entries;
  for_each_node(page, [&](const Node& node) { add_entries(page, node, entries); });
  return entries;
}

std::vector<std::uint64_t> read_lmdb_branch(std::string_view page) {
  std::vector<std::uint64_t> children;
  for_each_node(page, [&](const Node& node) {
    if (!node.is_listed) return;
    children.push_back(node.low | (std::uint64_t{node.high} << 16) | (std::uint64_t{node.flags} << 32));
  });
  return children;
}

}  // namespace chargehook::journal
