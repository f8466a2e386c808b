#include "modbus/io/reserve_descriptors.hpp"

#include <fcntl.h>
#include <sys/select.h>
#include <unistd.h>

#include "model/result.hpp"

namespace chargehook::modbus::io {
namespace {

int open_placeholder() { return ::open("/dev/null", O_RDWR | O_CLOEXEC); }

}  // namespace

ReservedDescriptors::ReservedDescriptors(int count) {
  for (int i = 0; i < count; ++i) {
    const int number = open_placeholder();
    CHARGEHOOK_ASSERT(number >= 0 && number < FD_SETSIZE);
    free_.push_back(number);
  }
}

ReservedDescriptors::~ReservedDescriptors() {
  for (const int number : free_) ::close(number);
}

std::optional<int> ReservedDescriptors::move_here(int descriptor) {
  std::optional<int> number;
  {
    const std::lock_guard guard{mutex_};
    if (!free_.empty()) {
      number = free_.back();
      free_.pop_back();
    }
  }
  if (number && ::dup3(descriptor, *number, O_CLOEXEC) < 0) {
    give_back(*number);
    number.reset();
  }
  ::close(descriptor);
  return number;
}

void ReservedDescriptors::give_back(int number) {
  // dup3 closes what is there and takes the number in one step: nobody else can get it in between.
  if (const int placeholder = open_placeholder(); placeholder >= 0) {
    ::dup3(placeholder, number, O_CLOEXEC);
    ::close(placeholder);
  }
  const std::lock_guard guard{mutex_};
  free_.push_back(number);
}

}  // namespace chargehook::modbus::io
