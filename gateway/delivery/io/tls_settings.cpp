#include "delivery/io/tls_settings.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>

namespace chargehook::delivery::io {
namespace {

namespace ssl = boost::asio::ssl;

bool is_address(const std::string& host) {
  boost::system::error_code error;
  boost::asio::ip::make_address(host, error);
  return !error;
}

std::string words_for(const boost::system::error_code& error) {
  if (error == boost::asio::error::eof || error == ssl::error::stream_truncated) return "the peer ended it";
  if (error.category() != boost::asio::error::get_ssl_category()) return error.message();
  const char* reason = ERR_reason_error_string(static_cast<unsigned long>(error.value()));
  return reason ? reason : "the peer ended it";
}

}  // namespace

TlsSettings::Context TlsSettings::context() {
  if (auto known = made_.lock()) return known;
  auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context->native_handle(), SSL_VERIFY_PEER, nullptr);
  boost::system::error_code error;
  context->set_default_verify_paths(error);
  if (error) return nullptr;
  made_ = context;
  return context;
}

bool expect_peer(TlsStream& stream, const std::string& host) {
  SSL* tls = stream.native_handle();
  if (is_address(host)) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls), host.c_str()) == 1;
  SSL_set_hostflags(tls, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return SSL_set1_host(tls, host.c_str()) == 1 && SSL_set_tlsext_host_name(tls, host.c_str()) == 1;
}

TlsFailure explain_handshake(TlsStream& stream, const boost::system::error_code& error) {
  const long verified = SSL_get_verify_result(stream.native_handle());
  if (verified != X509_V_OK) return {static_cast<int>(verified), X509_verify_cert_error_string(verified)};
  const bool is_errno = error.category() == boost::system::system_category();
  return {is_errno ? error.value() : 0, "handshake failed: " + words_for(error)};
}

}  // namespace chargehook::delivery::io
