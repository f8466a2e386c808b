#include "delivery/io/request_head.hpp"

#include <doctest/doctest.h>

namespace chargehook::delivery::io {
namespace {

std::string head_of(const HttpRequest& request) {
  std::string head = "what was there before";
  write_request_head(request, head);
  return head;
}

TEST_CASE("a head is the target and the headers as given, with Host and the length") {
  HttpRequest request{{true, "2001:db8::7", 8443, "/a?b=%20"}, {{"webhook-id", "evt_1"}}, "application/json", "{}"};
  CHECK(head_of(request) ==
        "POST /a?b=%20 HTTP/1.1\r\nHost: [2001:db8::7]:8443\r\nwebhook-id: evt_1\r\n"
        "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n");
}

TEST_CASE("a Host of the headers stands, and no content type is none") {
  HttpRequest request{{true, "receiver.test", 443, "/"}, {{"hOST", "other.test"}}, "", ""};
  CHECK(head_of(request) == "POST / HTTP/1.1\r\nhOST: other.test\r\nContent-Length: 0\r\n\r\n");
  request.headers.clear();
  CHECK(head_of(request) == "POST / HTTP/1.1\r\nHost: receiver.test\r\nContent-Length: 0\r\n\r\n");
}

}  // namespace
}  // namespace chargehook::delivery::io
