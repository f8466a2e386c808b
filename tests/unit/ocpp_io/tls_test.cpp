#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>

#include "fakes/longest_wait.hpp"
#include "ocpp/io/tls_websocket.hpp"

namespace chargehook::ocpp::io::test {
namespace {

using boost::asio::ip::tcp;
namespace ssl = boost::asio::ssl;
using Error = boost::system::error_code;

struct Identity {
  std::string key;          ///< PEM
  std::string certificate;  ///< PEM, signed by itself
};

template <class Write>
std::string to_pem(const Write& write) {
  BIO* bio = BIO_new(BIO_s_mem());
  write(bio);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio, &text);
  std::string pem(text, static_cast<std::size_t>(size));
  BIO_free(bio);
  return pem;
}

/// @param name "IP:127.0.0.1", "DNS:csms.example"
Identity make_identity(const char* name) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME* subject = X509_get_subject_name(certificate);
  const auto* text = reinterpret_cast<const unsigned char*>("csms");
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, text, -1, -1, 0);
  X509_set_issuer_name(certificate, subject);
  X509_EXTENSION* names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, name);
  X509_add_ext(certificate, names, -1);
  X509_sign(certificate, key, EVP_sha256());
  Identity identity{
      to_pem([&](BIO* bio) { PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr); }),
      to_pem([&](BIO* bio) { PEM_write_bio_X509(bio, certificate); })};
  X509_EXTENSION_free(names);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return identity;
}

std::string accept_key(std::string_view request) {
  const auto at = request.find("Sec-WebSocket-Key: ") + 19;
  std::string text{request.substr(at, request.find('\r', at) - at)};
  text += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha1(), nullptr);
  unsigned char encoded[64];
  const int length = EVP_EncodeBlock(encoded, digest, static_cast<int>(size));
  return std::string(reinterpret_cast<char*>(encoded), static_cast<std::size_t>(length));
}

/// A CSMS that says what it is told to after one TLS request, written without a WebSocket library.
class TlsCsms {
 public:
  TlsCsms(boost::asio::io_context& io, const Identity& identity)
      : acceptor_(io, {boost::asio::ip::address_v4::loopback(), 0}) {
    context_.use_private_key(boost::asio::buffer(identity.key), ssl::context::pem);
    context_.use_certificate(boost::asio::buffer(identity.certificate), ssl::context::pem);
    acceptor_.async_accept([this](Error error, tcp::socket socket) {
      if (error) return;
      stream_.emplace(std::move(socket), context_);
      stream_->async_handshake(ssl::stream_base::server, [this](Error failed) {
        if (!failed) read_request();
      });
    });
  }
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

  std::function<std::string(std::string_view)> answer;
  std::string request;

 private:
  void read_request() {
    boost::asio::async_read_until(
        *stream_, boost::asio::dynamic_buffer(request), "\r\n\r\n", [this](Error error, std::size_t) {
          if (error) return;
          reply_ = answer(request);
          boost::asio::async_write(*stream_, boost::asio::buffer(reply_), [](Error, std::size_t) {});
        });
  }
  ssl::context context_{ssl::context::tls_server};
  tcp::acceptor acceptor_;
  std::optional<ssl::stream<tcp::socket>> stream_;
  std::string reply_;
};

struct TrustFile {
  explicit TrustFile(const std::string& pem) {
    char name[] = "/tmp/chargehook-ocpp-XXXXXX";
    folder = mkdtemp(name);
    std::ofstream{folder / "trust.pem"} << pem;
  }
  ~TrustFile() { std::filesystem::remove_all(folder); }
  std::filesystem::path folder;
};

/// One dial and all that came of it.
struct Outcome {
  std::shared_ptr<WebSocket> socket;
  std::string subprotocol;
  std::optional<int> refused;
  std::string reason;
  std::vector<std::string> messages;
};

void dial(boost::asio::io_context& io, std::uint16_t port, const std::string& trust_file, Outcome& out,
          const std::function<bool()>& done) {
  WebSocketOptions options;
  options.trust_file = trust_file;
  Dial request{LinkId{1}, true, "127.0.0.1", std::to_string(port),   "/CP-07",
               "ocpp1.6", "",   "",          fakes::longest_wait};
  UpstreamDial::Handlers verdict{[&](std::shared_ptr<WebSocket> socket, std::string subprotocol) {
                                   out.socket = std::move(socket);
                                   out.subprotocol = std::move(subprotocol);
                                 },
                                 [&](int status, std::string reason) {
                                   out.refused = status;
                                   out.reason = std::move(reason);
                                 }};
  WebSocketHandlers handlers{[&](Message message) { out.messages.push_back(std::move(message.bytes)); }, {}, {}};
  const auto connection = dial_tls(io, request, options, std::move(verdict), std::move(handlers));
  const auto deadline = std::chrono::steady_clock::now() + fakes::longest_wait;
  while (!done() && std::chrono::steady_clock::now() < deadline) io.run_one_until(deadline);
  CHECK(done());
}

std::string accepting(std::string_view request) {
  return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: "
         "ocpp1.6\r\nSec-WebSocket-Accept: " +
         accept_key(request) + "\r\n\r\n" + std::string("\x81\x02[]", 4);
}

}  // namespace

TEST_CASE("wss: a CSMS whose certificate is trusted and names the host is spoken to") {
  boost::asio::io_context io{1};
  const Identity identity = make_identity("IP:127.0.0.1");
  const TrustFile trust{identity.certificate};
  TlsCsms csms{io, identity};
  csms.answer = accepting;
  Outcome outcome;
  dial(io, csms.port(), trust.folder / "trust.pem", outcome, [&] { return !outcome.messages.empty(); });
  CHECK(outcome.subprotocol == "ocpp1.6");
  CHECK(outcome.messages == std::vector<std::string>{"[]"});
  CHECK(csms.request.starts_with("GET /CP-07 HTTP/1.1\r\n"));
}

TEST_CASE("wss: the status of a refusal comes through") {
  boost::asio::io_context io{1};
  const Identity identity = make_identity("IP:127.0.0.1");
  const TrustFile trust{identity.certificate};
  TlsCsms csms{io, identity};
  csms.answer = [](std::string_view) { return "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"; };
  Outcome outcome;
  dial(io, csms.port(), trust.folder / "trust.pem", outcome, [&] { return outcome.refused.has_value(); });
  CHECK(outcome.refused == 401);
}

TEST_CASE("wss: nothing is said to a CSMS that cannot prove who it is") {
  struct Case {
    const char* what;
    const char* name;
    bool trusted;
  };
  for (const Case& c : {Case{"an unknown authority", "IP:127.0.0.1", false},
                        Case{"another host's certificate", "DNS:csms.example", true}}) {
    CAPTURE(c.what);
    boost::asio::io_context io{1};
    const Identity identity = make_identity(c.name);
    const TrustFile trust{c.trusted ? identity.certificate : make_identity("IP:127.0.0.1").certificate};
    TlsCsms csms{io, identity};
    csms.answer = accepting;
    Outcome outcome;
    dial(io, csms.port(), trust.folder / "trust.pem", outcome, [&] { return outcome.refused.has_value(); });
    CHECK(outcome.refused == 0);
    CHECK(outcome.reason.find("certificate verify failed") != std::string::npos);
    CHECK(csms.request.empty());
  }
}

TEST_CASE("wss: a trust file that is not there refuses, it does not trust everybody") {
  boost::asio::io_context io{1};
  Outcome outcome;
  dial(io, 1, "/nonexistent/trust.pem", outcome, [&] { return outcome.refused.has_value(); });
  CHECK(outcome.reason.starts_with("TLS: cannot read"));
}

}  // namespace chargehook::ocpp::io::test
