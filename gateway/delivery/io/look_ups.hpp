/// Looks names up with the system's resolver, which has no time limit: each name on a thread that is left to itself and
/// owns what it uses, so that a look-up that hangs holds neither the end of the process nor another name.
/// Owner: the sender. One thread (the io_context's), on which the answers come too.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace chargehook::delivery::io {

struct LookedUp {
  std::vector<boost::asio::ip::tcp::endpoint> addresses;  ///< in the order to try them
  int error = 0;                                          ///< getaddrinfo code, if there is none
  std::string reason;                                     ///< in words
};

class LookUps {
 public:
  using Handler = std::function<void(const LookedUp&)>;

  explicit LookUps(boost::asio::io_context& io);
  ~LookUps();  ///< answers that come later go nowhere
  LookUps(const LookUps&) = delete;
  LookUps& operator=(const LookUps&) = delete;

  /// Never blocks; `handler` is called later. An address needs no look-up and no thread. Whoever asks for a name that
  /// is being looked up gets the answer to that: one thread per name, however long it takes.
  void find(const std::string& host, std::uint16_t port, Handler handler);

 private:
  using Name = std::pair<std::string, std::uint16_t>;
  struct Mailbox;

  void answer(const Name& name, const LookedUp& found);

  boost::asio::io_context& io_;
  std::map<Name, std::vector<Handler>> asked_;
  std::shared_ptr<Mailbox> mailbox_;  ///< shared with the threads
};

}  // namespace chargehook::delivery::io
