/// The charger's end of one WebSocket to its CSMS. A new connection is a new Link. One thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace chargehook::simulators {

struct LinkTarget {
  std::string host;
  std::string port;
  std::string path;      ///< the charger's id is its last part
  std::string user;      ///< for HTTP Basic
  std::string password;  ///< empty: no credentials are sent
};

/// Why it is over.
struct LinkEnd {
  unsigned refused = 0;       ///< HTTP status that was not 101
  std::uint16_t code = 1006;  ///< of the close frame; 1006 if there was none
  std::string reason;
};

class Link {
 public:
  struct Handlers {
    std::function<void()> opened;
    std::function<void(std::string_view bytes, bool text)> message;
    std::function<void(const LinkEnd&)> closed;  ///< once, the last one called
  };

  /// Connects. Handlers are never called from within a call of the link.
  [[nodiscard]] static std::shared_ptr<Link> open(boost::asio::io_context& io, LinkTarget target, Handlers handlers);
  virtual ~Link() = default;

  /// After what was sent before; before `opened` and after `closed` it goes nowhere.
  virtual void send(std::string bytes, bool text) = 0;
  /// Says good-bye after what was sent before.
  virtual void close() = 0;
  /// Calls no handler any more and hangs up.
  virtual void abandon() = 0;
};

}  // namespace chargehook::simulators
