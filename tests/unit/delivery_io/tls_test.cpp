#include <doctest/doctest.h>
#include <openssl/ssl.h>

#include <chrono>

#include "certificates.hpp"
#include "results.hpp"
#include "scripted_server.hpp"

namespace chargehook::delivery::io {
namespace {

using namespace std::chrono_literals;

// Before any test starts a thread: the environment may not be written later.
const Certificate& authority = trusted_authority();

/// A receiver with this certificate that answers each request with 200 and its SNI name.
ScriptedServer::Script tls_answering(const Certificate& identity) {
  std::shared_ptr<SSL_CTX> context{SSL_CTX_new(TLS_server_method()), &SSL_CTX_free};
  SSL_CTX_use_certificate(context.get(), identity.certificate.get());
  SSL_CTX_use_PrivateKey(context.get(), identity.key.get());
  return [context](Peer& peer) {
    const std::shared_ptr<SSL> tls{SSL_new(context.get()), &SSL_free};
    SSL_set_fd(tls.get(), peer.socket());
    if (SSL_accept(tls.get()) != 1) return;
    char bytes[4096];
    std::string request;
    for (int count; (count = SSL_read(tls.get(), bytes, sizeof bytes)) > 0;) {
      request.append(bytes, static_cast<std::size_t>(count));
      if (!request.ends_with("\"n\":\"1\"}")) continue;
      request.clear();
      const char* name = SSL_get_servername(tls.get(), TLSEXT_NAMETYPE_host_name);
      const std::string body = name ? name : "";
      const auto answer = "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
      SSL_write(tls.get(), answer.data(), static_cast<int>(answer.size()));
    }
  };
}

AttemptRequest tls_request_to(std::uint16_t port, std::string host, std::uint64_t id = 1) {
  auto request = request_to(port, id);
  request.request.url.tls = true;
  request.request.url.host = std::move(host);
  return request;
}

TEST_CASE("a certificate the system trusts for this name is accepted, and its connection kept") {
  ScriptedServer server{tls_answering(make_certificate("receiver", "DNS:localhost,IP:127.0.0.1", &authority))};
  Results results;
  AsioSender sender{results.sink()};
  for (std::uint64_t id = 1; id <= 3; ++id) {
    auto request = tls_request_to(server.port(), "localhost", id);
    request.connections = 1;
    sender.start(request);
    const auto all = results.await(id);
    REQUIRE(all.size() == id);
    CHECK_MESSAGE(all.back().phase == Phase::answered, all.back().reason);
    CHECK(all.back().body == "localhost");
  }
  CHECK(server.connections() == 1);
}

TEST_CASE("an address in the certificate is a name too") {
  ScriptedServer server{tls_answering(make_certificate("receiver", "IP:127.0.0.1", &authority))};
  const auto result = post_once(tls_request_to(server.port(), "127.0.0.1"));
  CHECK_MESSAGE(result.phase == Phase::answered, result.reason);
}

TEST_CASE("a certificate that does not prove who the receiver is ends in the TLS phase with its X.509 code") {
  struct Case {
    const char* what;
    Certificate identity;
    int error;
  };
  const Certificate stranger = make_certificate("Somebody", "", nullptr);
  const std::vector<Case> cases{
      {"self-signed", make_certificate("localhost", "DNS:localhost", nullptr), X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT},
      {"of an unknown authority", make_certificate("localhost", "DNS:localhost", &stranger),
       X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY},
      {"of another name", make_certificate("other.test", "DNS:other.test", &authority), X509_V_ERR_HOSTNAME_MISMATCH},
      {"over", make_certificate("localhost", "DNS:localhost", &authority, -3600), X509_V_ERR_CERT_HAS_EXPIRED},
  };
  for (const auto& bad : cases) {
    CAPTURE(bad.what);
    ScriptedServer server{tls_answering(bad.identity)};
    const auto result = post_once(tls_request_to(server.port(), "localhost"));
    CHECK(result.phase == Phase::tls);
    CHECK(result.error == bad.error);
    CHECK(result.status == 0);
    CHECK_FALSE(result.reason.empty());
  }
}

TEST_CASE("a receiver that does not speak TLS ends in the TLS phase") {
  ScriptedServer server{[](Peer& peer) {
    peer.write("HTTP/1.1 400 Bad Request\r\n\r\n");
    peer.hold();
  }};
  const auto result = post_once(tls_request_to(server.port(), "localhost"));
  CHECK(result.phase == Phase::tls);
  CHECK(result.reason.starts_with("handshake failed: "));
}

TEST_CASE("a handshake that does not go on is cut at the total deadline") {
  ScriptedServer server{[](Peer& peer) { peer.hold(); }};
  auto request = tls_request_to(server.port(), "localhost");
  request.total_deadline = 2s;
  const auto result = post_once(request);
  CHECK(result.phase == Phase::tls);
  CHECK(result.error == ETIMEDOUT);
}

}  // namespace
}  // namespace chargehook::delivery::io
