/// Turns one numbered event into the request that carries it. Pure; the hot path of delivery.
#pragma once

#include <string>

#include "delivery/attempt.hpp"
#include "delivery/endpoint_config.hpp"
#include "delivery/signature.hpp"
#include "model/boot_clocks.hpp"
#include "model/clock.hpp"
#include "model/event.hpp"
#include "model/stream.hpp"

namespace chargehook::delivery {

/// Who sends, the same for every delivery of a configuration.
struct Sender {
  std::string source;       ///< CloudEvents source: "/depot-nord-1"
  std::string environment;  ///< production, staging, test
  std::string user_agent;   ///< "chargehook/0.1.0"
};

/// One event with its place in a stream.
struct Delivery {
  const model::Event& event;
  model::Sequence sequence;
  model::ShownTimes times;
  const std::string& stream;  ///< stream_name()
  std::uint64_t n;
  const model::ChainHash& hash;
  const model::ChainHash& previous_hash;
};

/// CloudEvents 1.0, structured mode, JSON. Attributes in a fixed order, `data` last and untouched.
/// Source: CloudEvents JSON event format 1.0.2 §3; extensions: docs/events/README.md.
[[nodiscard]] std::string render_cloud_event(const Sender& sender, const Delivery& delivery);

/// The whole POST: body, content type, webhook-id, webhook-timestamp and, if `signer` is given, webhook-signature.
/// The timestamp is that of this attempt, so that an event queued for days still verifies.
[[nodiscard]] HttpRequest render(const EndpointConfig& endpoint, const Sender& sender, const Delivery& delivery,
                                 model::WallTime now, Signer* signer);

}  // namespace chargehook::delivery
