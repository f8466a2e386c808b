#include "common/line_log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

namespace chargehook::simulators {

void give_up(const std::string& message) {
  std::fprintf(stderr, "%s: %s\n", message.c_str(), std::strerror(errno));
  std::exit(2);
}

void LineLog::open(const std::string& path) {
  path_ = path;
  file_ = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (file_ < 0) give_up("cannot open " + path);
}

LineLog::~LineLog() {
  if (file_ >= 0) ::close(file_);
}

void LineLog::write(std::string_view line) {
  if (file_ < 0) return;
  buffer_.assign(line);
  buffer_ += '\n';
  if (::write(file_, buffer_.data(), buffer_.size()) != static_cast<ssize_t>(buffer_.size())) {
    give_up("cannot write " + path_);
  }
}

std::string utc_now() {
  const auto now = std::chrono::system_clock::now();
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  const auto since_epoch = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char day[32];
  char text[48];
  const std::size_t length = std::strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &parts);
  const int written = std::snprintf(text, sizeof text, "%.*s.%03dZ", static_cast<int>(length), day,
                                    static_cast<int>(since_epoch % 1000));
  return {text, static_cast<std::size_t>(written)};
}

void write_whole(const std::string& path, std::string_view text) {
  const std::string beside = path + ".new";
  std::FILE* file = std::fopen(beside.c_str(), "w");
  if (file == nullptr) give_up("cannot write " + beside);
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  if (std::fclose(file) != 0 || !written) give_up("cannot write " + beside);
  if (std::rename(beside.c_str(), path.c_str()) != 0) give_up("cannot rename to " + path);
}

}  // namespace chargehook::simulators
