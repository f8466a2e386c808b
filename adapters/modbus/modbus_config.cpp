#include "modbus/modbus_config.hpp"

namespace chargehook::modbus {

bool operator==(const DeviceConfig& a, const DeviceConfig& b) {
  const bool same_profile = a.profile == b.profile || (a.profile && b.profile && *a.profile == *b.profile);
  return same_profile && a.name == b.name && a.address == b.address && a.interval == b.interval &&
         a.wiring == b.wiring && a.ct_ratio == b.ct_ratio;
}

bool operator==(const LineConfig& a, const LineConfig& b) {
  return a.name == b.name && a.link == b.link && a.devices == b.devices && a.timeout == b.timeout;
}

}  // namespace chargehook::modbus
