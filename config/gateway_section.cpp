#include <array>

#include "config/sections.hpp"

namespace chargehook::config {
namespace {

constexpr std::array<std::string_view, 3> environments{"production", "staging", "test"};
constexpr std::uint64_t mebibyte = 1024 * 1024;
constexpr Bounds<std::uint64_t> storage_size{16 * mebibyte, 64 * 1024 * mebibyte};

void read_gateway(MapReader gateway, core::GatewayConfig& out) {
  if (auto id = gateway.name("id", Need::required)) out.id = std::move(id->text);
  auto environment = gateway.one_of("environment", Need::optional, environments);
  out.environment = environment ? std::move(environment->text) : std::string(environments.front());
  gateway.finish();
}

void read_storage(MapReader storage, core::StorageConfig& out) {
  if (const auto size = storage.size("size", Need::optional, storage_size)) out.size_bytes = *size;
  storage.finish();
}

}  // namespace

void read_gateway_file(MapReader& top, Draft& draft) {
  if (auto gateway = top.map("gateway", Need::required)) read_gateway(*gateway, draft.generation.gateway);
  if (auto storage = top.map("storage", Need::optional)) read_storage(*storage, draft.generation.storage);
  top.finish(where_section_belongs);
}

}  // namespace chargehook::config
