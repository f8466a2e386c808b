/// Where a make of meter keeps what it measures.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "meter/electrics.hpp"

struct _modbus_mapping_t;

namespace chargehook::simulators {

/// The registers of one meter, as libmodbus answers from them.
class RegisterMap {
 public:
  /// An Eastron SDM630. Source: SDM630-Modbus protocol V1.7, input registers; serial number at holding register 0xFC00.
  explicit RegisterMap(std::uint32_t serial_number);

  void write(const Electrics& electrics);
  [[nodiscard]] _modbus_mapping_t* get() const { return mapping_.get(); }

 private:
  struct Free {
    void operator()(_modbus_mapping_t* mapping) const;
  };
  std::unique_ptr<_modbus_mapping_t, Free> mapping_;
};

}  // namespace chargehook::simulators
