#include "delivery/signature.hpp"

#include <doctest/doctest.h>
#include <openssl/evp.h>

#include <array>
#include <string>

using chargehook::delivery::decode_secret;
using chargehook::delivery::Signer;

namespace {

/// OpenSSL's own decoder, so that the keys of the vectors do not pass through the code under test.
std::string key_of(std::string_view base64) {
  std::string key(base64.size() / 4 * 3, '\0');
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(key.data()),
                      reinterpret_cast<const unsigned char*>(base64.data()), static_cast<int>(base64.size()));
  REQUIRE(size == static_cast<int>(key.size()));
  return key;
}

struct Vector {
  const char* what;
  const char* secret;  ///< without whsec_
  const char* id;
  std::int64_t timestamp_s;
  const char* body;
  const char* signature;
};

constexpr const char* secret_a = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr const char* secret_b = "C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
constexpr const char* id_a = "msg_p5jXN8AQM9LWM0D4loKWxJek";

constexpr std::array<Vector, 5> vectors{{
    {"Standard Webhooks, libraries/javascript", secret_a, id_a, 1614265330, R"({"test": 2432232314})",
     "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="},
    {"Standard Webhooks, libraries/rust", secret_b, "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk", 1649367553,
     R"({"email":"test@example.com","username":"test_user"})", "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw="},
    {"Svix documentation, verifying by hand", "plJ3nmyCDGBKInavdOK15jsl", "msg_loFOjxBNrRLzqYUf", 1731705121,
     R"({"event_type":"ping","data":{"success":true}})", "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0="},
    {"the first under the second's secret, as after a rotation", secret_b, id_a, 1614265330, R"({"test": 2432232314})",
     "v1,78nXHjpFP0tVJQW5D0SBwmVyyW87BV/rL6MgfM/Bw44="},
    {"a body that is not ASCII", secret_a, id_a, 1614265330,
     "{\"type\":\"session.ended\",\"data\":{\"driver\":\"Zo\xC3\xAB\",\"kWh\":12.5}}",
     "v1,U6CqWFIKVoX/hWCYn8EKJ7JfJq2Ao2WiOvwHxgADhP8="},
}};

struct BadSecret {
  const char* what;
  std::string text;
};

}  // namespace

TEST_CASE("published vectors of Standard Webhooks are reproduced") {
  for (const auto& vector : vectors) {
    CAPTURE(vector.what);
    Signer signer{key_of(vector.secret)};
    CHECK(signer.sign(vector.id, vector.timestamp_s, vector.body) == vector.signature);
  }
}

TEST_CASE("a signer gives the same signature each time, whatever it signed in between") {
  Signer signer{key_of(secret_a)};
  const auto& vector = vectors[0];
  for (int i = 0; i < 3; ++i) {
    CHECK(signer.sign(vector.id, vector.timestamp_s, vector.body) == vector.signature);
    CHECK(signer.sign("other", i, std::string(70'000, 'x')) != vector.signature);
  }
  Signer moved{std::move(signer)};
  CHECK(moved.sign(vector.id, vector.timestamp_s, vector.body) == vector.signature);
}

TEST_CASE("each part of what is signed changes the signature") {
  Signer signer{key_of(secret_a)};
  const auto& vector = vectors[0];
  CHECK(signer.sign("msg_p5jXN8AQM9LWM0D4loKWxJel", vector.timestamp_s, vector.body) != vector.signature);
  CHECK(signer.sign(vector.id, vector.timestamp_s + 1, vector.body) != vector.signature);
  CHECK(signer.sign(vector.id, -vector.timestamp_s, vector.body) != vector.signature);
  CHECK(signer.sign(vector.id, vector.timestamp_s, R"({"test":2432232314})") != vector.signature);
}

TEST_CASE("a secret is decoded to its key bytes") {
  for (const auto* secret : {secret_a, secret_b}) {
    CHECK(decode_secret("whsec_" + std::string{secret}).value() == key_of(secret));
    CHECK(decode_secret(" \r\n\twhsec_" + std::string{secret} + "\r\n").value() == key_of(secret));
  }
  const std::string longest(64, '\xFF');  // 64 bytes end in one padding character pair
  CHECK(decode_secret("whsec_" + std::string(85, '/') + "w==").value() == longest);
  CHECK(decode_secret("whsec_" + std::string(33, 'A') + "A==").has_value());
}

TEST_CASE("what is no secret is refused without repeating it") {
  const std::array<BadSecret, 14> cases{{
      {"nothing", ""},
      {"blanks", "  \n"},
      {"no prefix", secret_a},
      {"another prefix", "whsk_" + std::string{secret_a}},
      {"prefix in capitals", "WHSEC_" + std::string{secret_a}},
      {"prefix alone", "whsec_"},
      {"18 bytes, as in one vector", "whsec_plJ3nmyCDGBKInavdOK15jsl"},
      {"23 bytes", "whsec_" + std::string(30, 'A') + "A="},
      {"65 bytes", "whsec_" + std::string(86, 'A') + "A="},
      {"without its padding", "whsec_" + std::string(34, 'A')},
      {"bits lost in the last group", "whsec_" + std::string(33, 'A') + "B=="},
      {"the alphabet of URLs", "whsec_-fKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},
      {"padding inside", "whsec_MfKQ9r8GKYqrTw==PD8ILPZIo2LaLaSw"},
      {"a blank inside", "whsec_MfKQ9r8GKYqr wjUPD8ILPZIo2LaLaSw"},
  }};
  for (const auto& bad : cases) {
    CAPTURE(bad.what);
    const auto result = decode_secret(bad.text);
    REQUIRE(result.has_error());
    CHECK(result.error().code == "secret");
    if (bad.text.size() > 10) CHECK(result.error().message.find(bad.text.substr(8, 8)) == std::string::npos);
  }
}
