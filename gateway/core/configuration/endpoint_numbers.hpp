/// Numbers of endpoints: given once to a name, never used again, kept in the store under `config/endpoints/<name>`.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "delivery/endpoint_config.hpp"
#include "journal/batch.hpp"

namespace chargehook::core {

class EndpointNumbers {
 public:
  /// @param kv everything the store keeps under owner paths
  explicit EndpointNumbers(const std::map<std::string, std::string>& kv);

  /// Gives numbers to names that have none yet. @return what has to be stored for them
  [[nodiscard]] std::vector<journal::KvPut> give(const std::vector<delivery::EndpointConfig>& endpoints);

  [[nodiscard]] const std::map<std::string, std::uint32_t>& all() const { return numbers_; }

 private:
  std::map<std::string, std::uint32_t> numbers_;
  std::uint32_t next_ = 1;
};

}  // namespace chargehook::core
