#include "charger/tale.hpp"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "common/ocpp_message.hpp"

namespace chargehook::simulators {
namespace {

using nlohmann::json;

json line_of(const char* what, const Teller& teller) {
  return {{"what", what}, {"at", utc_now()}, {"charger", teller.charger}, {"connection", teller.connection}};
}

std::string text_of(const json& line) { return line.dump(-1, ' ', false, json::error_handler_t::replace); }

}  // namespace

Tale::Tale(const std::string& log) {
  if (!log.empty()) log_.open(log);
}

void Tale::connected(const Teller& teller) {
  ++connections_;
  if (log_.is_open()) log_.write(text_of(line_of("connected", teller)));
}

void Tale::ended(const Teller& teller, const LinkEnd& why) {
  if (!log_.is_open()) return;
  json line = line_of(why.refused != 0 ? "refused" : "closed", teller);
  why.refused != 0 ? line["status"] = why.refused : line["code"] = why.code;
  line["reason"] = why.reason;
  log_.write(text_of(line));
}

void Tale::sent(const Teller& teller, std::string_view bytes, bool text) {
  if (!log_.is_open()) return;
  json line = line_of("sent", teller);
  add_frame(line, bytes, text);
  log_.write(text_of(line));
}

void Tale::received(const Teller& teller, std::string_view bytes, bool text) {
  if (!log_.is_open()) return;
  json line = line_of("received", teller);
  add_frame(line, bytes, text);
  log_.write(text_of(line));
}

void Tale::told(const Teller& teller, const ToldTransaction& transaction) {
  ++(transaction.kind == "session.started" ? sessions_started_ : sessions_ended_);
  if (!log_.is_open()) return;
  json line = line_of("told", teller);
  line["kind"] = transaction.kind;
  line["connector"] = transaction.connector;
  line["transaction"] = transaction.transaction;
  line["meter_wh"] = transaction.meter_wh;
  line["time"] = transaction.time;
  log_.write(text_of(line));
}

void Tale::unanswered(const Teller& teller, const std::string& action, const std::string& why) {
  ++unanswered_;
  if (!log_.is_open()) return;
  json line = line_of("unanswered", teller);
  line["action"] = action;
  line["why"] = why;
  log_.write(text_of(line));
}

void Tale::answered(const std::string& action, std::chrono::nanoseconds took) {
  const bool held = action == "StartTransaction" || action == "StopTransaction";
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
  (held ? held_ : relayed_).values.push_back(static_cast<std::uint32_t>(us));
}

void Tale::begin_measuring() {
  relayed_.values.clear();
  held_.values.clear();
}

double Tale::Latencies::part(double part) {
  if (values.empty()) return 0;
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(part * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

std::string Tale::summary(std::chrono::duration<double> took, bool as_json) {
  const auto calls = relayed_.values.size() + held_.values.size();
  const double rate = static_cast<double>(calls) / std::max(took.count(), 1e-9);
  const json numbers = {{"calls", calls},
                        {"calls_per_s", rate},
                        {"relayed_p50_us", relayed_.part(0.5)},
                        {"relayed_p99_us", relayed_.part(0.99)},
                        {"transaction_p50_us", held_.part(0.5)},
                        {"transaction_p99_us", held_.part(0.99)},
                        {"sessions_started", sessions_started_},
                        {"sessions_ended", sessions_ended_},
                        {"unanswered", unanswered_},
                        {"connections", connections_}};
  if (as_json) return numbers.dump() + "\n";
  char text[400];
  std::snprintf(text, sizeof text,
                "%llu sessions started, %llu ended, %llu calls not answered, %llu connections\n"
                "%zu calls in %.2f s, %.0f calls/s; answer after %.2f ms (p50), %.2f ms (p99), of start and stop "
                "%.2f ms, %.2f ms\n",
                static_cast<unsigned long long>(sessions_started_), static_cast<unsigned long long>(sessions_ended_),
                static_cast<unsigned long long>(unanswered_), static_cast<unsigned long long>(connections_), calls,
                took.count(), rate, relayed_.part(0.5) / 1000, relayed_.part(0.99) / 1000, held_.part(0.5) / 1000,
                held_.part(0.99) / 1000);
  return text;
}

}  // namespace chargehook::simulators
