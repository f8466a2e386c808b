/// What goes into and comes out of the proxy's step function (sessions.hpp): plain values between core and shell.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/event.hpp"

namespace chargehook::ocpp {

/// One charger's connection together with its upstream connection. The shell numbers them, never twice in a process.
enum class LinkId : std::uint64_t {};
enum class Side : std::uint8_t { charger, upstream };

/// Names an entry whose durability somebody waits for; 0: nobody.
enum class HoldToken : std::uint64_t {};
inline constexpr HoldToken no_hold{0};

/// A WebSocket message as it crossed the wire.
struct Message {
  std::string bytes;
  bool text = true;
};

// ---- inputs -------------------------------------------------------------------------------------------------------

/// A charger has sent a complete and well-formed upgrade request; it waits for Accept or Refuse.
struct ChargerArrived {
  LinkId link{};
  std::string listener;
  std::string target;         ///< as sent: path and query, still percent-encoded
  std::string subprotocols;   ///< Sec-WebSocket-Protocol as sent, empty if absent
  std::string authorization;  ///< as sent, never logged
  std::string user_agent;
  std::string remote_address;
};

/// The upstream has answered what Dial asked for.
struct UpstreamAccepted {
  LinkId link{};
  std::string subprotocol;  ///< empty if it chose none
};
struct UpstreamRefused {
  LinkId link{};
  int status = 0;      ///< of its HTTP answer; 0 if there was none
  std::string reason;  ///< in words
};

struct MessageArrived {
  LinkId link{};
  Side from{};
  Message message;
  bool is_passed_on = false;  ///< PassOn allowed it: the other side has it, no Send is wanted
};

/// A side is gone for good; nothing more comes from it.
struct SideClosed {
  LinkId link{};
  Side side{};
  std::uint16_t code = 1006;  ///< of the close frame; 1006 if there was none
  std::string reason;
  bool oversize = false;  ///< we closed it: a message was larger than `message_bytes_max`
};

/// The entry with this token is durable.
struct EntryDurable {
  HoldToken token{};
};

/// The journal takes nothing at present (full, failed), or takes again.
struct JournalState {
  bool refusing = false;
};

struct TimerDue {};
struct Stop {};  ///< accept nobody any more, close all with 1001

using Input = std::variant<ChargerArrived, UpstreamAccepted, UpstreamRefused, MessageArrived, SideClosed, EntryDurable,
                           JournalState, TimerDue, Stop>;

// ---- outputs ------------------------------------------------------------------------------------------------------

struct Dial {
  LinkId link{};
  bool secure = false;  ///< wss
  std::string host;
  std::string port;
  std::string target;
  std::string subprotocols;   ///< as the charger sent it
  std::string authorization;  ///< as the charger sent it
  std::string user_agent;
  std::chrono::seconds timeout{10};
};
struct Accept {
  LinkId link{};
  std::string subprotocol;  ///< empty: no such header
};
struct Refuse {
  LinkId link{};
  int status = 503;
  std::string reason;
};
struct Send {
  LinkId link{};
  Side to{};
  Message message;
};
/// Until the next one: whether what the upstream sends goes on to the charger at once, before it is handed in, or waits
/// for its Send. What the charger sends always goes on at once. Keeps analysis and journal out of the way of a message
/// that waits for neither.
struct PassOn {
  LinkId link{};
  bool at_once = false;
};
/// After what was sent before. A side that is gone, or was never there, is passed over.
struct Close {
  LinkId link{};
  Side side{};
  std::uint16_t code = 1000;
  std::string reason;
};
using Command = std::variant<Dial, Accept, Refuse, Send, PassOn, Close>;

/// A module's state under its owner path; no value: delete. At most 64 KiB.
struct StatePut {
  std::string key;
  std::optional<std::string> value;
};

/// What commits together or not at all. Repeated requests give entries whose events have the same id and content.
struct Entry {
  std::vector<model::Event> events;
  std::vector<StatePut> state;
  HoldToken token = no_hold;  ///< if not no_hold, EntryDurable is expected
};

/// What a CSMS said the time is, in an answer that has just come.
struct ToldTime {
  model::WallTime time;
  bool is_secure = false;  ///< over TLS: it is who it says it is
};

struct Outputs {
  std::vector<Command> commands;      ///< to be carried out in order
  std::vector<Entry> entries;         ///< to be admitted in order
  std::optional<ToldTime> told_time;  ///< the newest
  std::vector<std::string> log;       ///< changes of state in words, never card numbers or credentials
};

}  // namespace chargehook::ocpp
