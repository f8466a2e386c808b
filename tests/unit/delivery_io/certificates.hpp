/// Makes keys and certificates for tests, in memory and as files.
#pragma once

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

namespace chargehook::delivery::io {

struct Certificate {
  std::shared_ptr<EVP_PKEY> key;
  std::shared_ptr<X509> certificate;
};

/// @param names  subjectAltName as OpenSSL writes it: "IP:127.0.0.1,DNS:receiver.test"; empty for an authority
/// @param issuer who signs; nullptr: itself
/// @param until_s seconds from now to the end of its life; negative: it is over
inline Certificate make_certificate(const char* common_name, const std::string& names, const Certificate* issuer,
                                    long until_s = 3600) {
  Certificate made{{EVP_EC_gen("P-256"), &EVP_PKEY_free}, {X509_new(), &X509_free}};
  X509* x509 = made.certificate.get();
  X509_set_version(x509, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(x509), names.empty() ? 1 : 2);
  X509_gmtime_adj(X509_getm_notBefore(x509), -7200);
  X509_gmtime_adj(X509_getm_notAfter(x509), until_s);
  X509_set_pubkey(x509, made.key.get());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(common_name), -1, -1, 0);
  X509_set_issuer_name(x509, X509_get_subject_name(issuer ? issuer->certificate.get() : x509));
  const auto add = [x509](int kind, const char* value) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value);
    X509_add_ext(x509, extension, -1);
    X509_EXTENSION_free(extension);
  };
  add(NID_basic_constraints, names.empty() ? "critical,CA:TRUE" : "critical,CA:FALSE");
  if (!names.empty()) add(NID_subject_alt_name, names.c_str());
  X509_sign(x509, issuer ? issuer->key.get() : made.key.get(), EVP_sha256());
  return made;
}

/// An authority that this process trusts as if the system did: its file is what OpenSSL's default look-up finds.
inline const Certificate& trusted_authority() {
  static const Certificate authority = [] {
    const Certificate made = make_certificate("Depot test authority", "", nullptr);
    std::string path = "/tmp/chargehook-authority-XXXXXX";
    std::FILE* file = ::fdopen(::mkstemp(path.data()), "w");
    PEM_write_X509(file, made.certificate.get());
    std::fclose(file);
    ::setenv("SSL_CERT_FILE", path.c_str(), 1);
    static const std::string kept = path;
    std::atexit([] { std::remove(kept.c_str()); });
    return made;
  }();
  return authority;
}

}  // namespace chargehook::delivery::io
