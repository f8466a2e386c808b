#include "journal/lmdb_page.hpp"

#include <algorithm>

#include "journal/bytes.hpp"

namespace chargehook::journal {
namespace {

constexpr std::uint16_t flag_branch = 1;
constexpr std::uint16_t flag_leaf = 2;
constexpr std::uint16_t flag_meta = 8;
constexpr std::uint16_t entry_is_elsewhere = 1;
constexpr std::uint16_t entry_is_table = 2;
constexpr std::uint32_t magic = 0xBEEFC0DE;
constexpr std::uint32_t version = 1;
constexpr std::size_t flags_at = 10;
constexpr std::size_t node_header_bytes = 8;
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

/// Slots stand between the header and the nodes: one beyond the lowest node is none.
template <class Take>
void for_each_node(std::string_view page, Take take) {
  std::size_t lowest = page.size();
  for (std::size_t slot = lmdb_page_header_bytes; slot + 2 <= lowest; slot += 2) {
    const std::size_t offset = ByteReader{page.substr(slot)}.u16();
    const auto node = node_at(page, offset);
    if (!node) continue;
    if (offset > slot + 1) lowest = std::min(lowest, offset);
    take(*node);
  }
}

}  // namespace

std::optional<LmdbMeta> read_lmdb_meta(std::string_view page) {
  if (page.size() < lmdb_page_bytes || (flags_of(page) & flag_meta) == 0) return std::nullopt;
  ByteReader in{page.substr(lmdb_page_header_bytes)};
  if (in.u32() != magic || in.u32() != version) return std::nullopt;
  in.bytes(16);  // address and size of the map
  if (in.u32() != lmdb_page_bytes) return std::nullopt;
  in.bytes(table_bytes - 4);  // the list of free pages
  in.bytes(root_in_table);
  LmdbMeta meta;
  meta.root = in.u64();
  meta.last_page = in.u64();
  meta.transaction = in.u64();
  return meta;
}

std::uint64_t lmdb_page_number(std::string_view page) { return ByteReader{page}.u64(); }
bool is_lmdb_leaf(std::string_view page) { return (flags_of(page) & flag_leaf) != 0; }
bool is_lmdb_branch(std::string_view page) { return (flags_of(page) & flag_branch) != 0; }

std::vector<LmdbEntry> read_lmdb_leaf(std::string_view page) {
  std::vector<LmdbEntry> entries;
  for_each_node(page, [&](const Node& node) {
    LmdbEntry entry;
    entry.key = page.substr(node.content, node.key_bytes);
    const std::string_view rest = page.substr(node.content + node.key_bytes);
    entry.value_bytes = node.low | (std::uint64_t{node.high} << 16);
    if ((node.flags & entry_is_elsewhere) != 0) {
      entry.elsewhere = ByteReader{rest}.u64();
    } else if ((node.flags & entry_is_table) != 0) {
      if (rest.size() < table_bytes) return;
      entry.table = ByteReader{rest.substr(root_in_table)}.u64();
    } else {
      if (entry.value_bytes > rest.size()) return;
      entry.value = rest.substr(0, entry.value_bytes);
    }
    entries.push_back(entry);
  });
  return entries;
}

std::vector<std::uint64_t> read_lmdb_branch(std::string_view page) {
  std::vector<std::uint64_t> children;
  for_each_node(page, [&](const Node& node) {
    children.push_back(node.low | (std::uint64_t{node.high} << 16) | (std::uint64_t{node.flags} << 32));
  });
  return children;
}

}  // namespace chargehook::journal
