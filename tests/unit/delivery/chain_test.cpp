#include "delivery/chain.hpp"

#include <doctest/doctest.h>
#include <openssl/evp.h>

#include <string>

namespace chargehook::delivery {
namespace {

/// The chain once more, straight from its description.
model::ChainHash plain_sha256(const std::string& bytes) {
  model::ChainHash hash{};
  REQUIRE(EVP_Digest(bytes.data(), bytes.size(), hash.data(), nullptr, EVP_sha256(), nullptr) == 1);
  return hash;
}

std::string text_of(const model::ChainHash& hash) { return {hash.begin(), hash.end()}; }

}  // namespace

TEST_CASE("a stream's name tells store, endpoint, class and generation") {
  CHECK(stream_name(0x9f3c5a0b11d2e347, "billing", {7, model::EventClass::billing, 1}) ==
        "9f3c5a0b11d2e347/billing/billing/1");
  CHECK(stream_name(0x1f, "ops", {7, model::EventClass::telemetry, 12}) == "000000000000001f/ops/telemetry/12");
}

TEST_CASE("the chain is SHA-256 over the last hash, n in eight bytes and the id") {
  const std::string stream = "9f3c5a0b11d2e347/billing/billing/1";
  auto hash = chain_start(stream);
  CHECK(hash == plain_sha256(stream));
  for (const std::uint64_t n : {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{0x0102030405060708}}) {
    const std::string id = "evt_" + std::to_string(n) + std::string(n == 2 ? 300 : 0, 'x');
    std::string bytes = text_of(hash);
    for (int i = 7; i >= 0; --i) bytes += static_cast<char>((n >> (8 * i)) & 0xFF);
    const auto expected = plain_sha256(bytes + id);
    CHECK(chain_next(hash, n, id) == expected);
    hash = expected;
  }
}

TEST_CASE("a hash is shown as its first sixteen bytes") {
  model::ChainHash hash{};
  for (std::size_t i = 0; i < hash.size(); ++i) hash[i] = static_cast<std::uint8_t>(i * 17);
  CHECK(chain_text(hash) == "00112233445566778899aabbccddeeff");
}

}  // namespace chargehook::delivery
