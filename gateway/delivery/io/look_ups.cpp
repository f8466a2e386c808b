#include "delivery/io/look_ups.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <system_error>
#include <thread>

#include "delivery/io/own_thread.hpp"

namespace chargehook::delivery::io {
namespace {

using boost::asio::ip::tcp;

tcp::endpoint to_endpoint(const addrinfo& from) {
  tcp::endpoint to;
  to.resize(from.ai_addrlen);
  std::memcpy(to.data(), from.ai_addr, from.ai_addrlen);
  return to;
}

LookedUp look_up(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const int code = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  LookedUp found;
  if (code != 0) {
    found.error = code;
    found.reason = code == EAI_SYSTEM ? std::generic_category().message(errno) : ::gai_strerror(code);
    return found;
  }
  for (const addrinfo* address = list; address != nullptr; address = address->ai_next) {
    found.addresses.push_back(to_endpoint(*address));
  }
  ::freeaddrinfo(list);
  return found;
}

}  // namespace

/// Where the threads leave what they found, as long as somebody is there.
struct LookUps::Mailbox {
  std::mutex mutex;
  LookUps* owner = nullptr;  ///< null once it has gone
};

LookUps::LookUps(boost::asio::io_context& io) : io_{io}, mailbox_{std::make_shared<Mailbox>()} {
  mailbox_->owner = this;
}

LookUps::~LookUps() {
  const std::lock_guard lock{mailbox_->mutex};
  mailbox_->owner = nullptr;
}

void LookUps::find(const std::string& host, std::uint16_t port, Handler handler) {
  boost::system::error_code is_name;
  const auto address = boost::asio::ip::make_address(host, is_name);
  if (!is_name) {
    boost::asio::post(io_,
                      [found = LookedUp{{{address, port}}, 0, {}}, handler = std::move(handler)] { handler(found); });
    return;
  }
  const Name name{host, port};
  auto& waiting = asked_[name];
  waiting.push_back(std::move(handler));
  if (waiting.size() > 1) return;
  const auto run = [mailbox = mailbox_, name] {
    block_signals();
    auto found = look_up(name.first, name.second);
    const std::lock_guard lock{mailbox->mutex};
    if (LookUps* owner = mailbox->owner) {
      boost::asio::post(owner->io_, [owner, name, found = std::move(found)] { owner->answer(name, found); });
    }
  };
  try {
    std::thread{run}.detach();
  } catch (const std::system_error&) {
    boost::asio::post(io_, [this, name] {
      answer(name, {{}, EAI_AGAIN, "the system gives no thread to look the name up"});
    });
  }
}

void LookUps::answer(const Name& name, const LookedUp& found) {
  const auto waiting = asked_.extract(name);
  for (const auto& handler : waiting.mapped()) handler(found);
}

}  // namespace chargehook::delivery::io
