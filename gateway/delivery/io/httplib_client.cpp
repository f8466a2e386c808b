#include "delivery/io/httplib_client.hpp"

#include <httplib.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <string>
#include <utility>

#include "delivery/io/dial.hpp"

namespace chargehook::delivery::io {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// Hands the library sockets of our making: then the phase, errno and address of a failure are known, every address is
/// tried, and Host and SNI stay those of the URL.
class Dialler {
 public:
  explicit Dialler(std::shared_ptr<Line> line) : line_{std::move(line)} {}

  void begin(const AttemptRequest& request, steady_clock::time_point deadline) {
    request_ = &request;
    deadline_ = deadline;
    failed_ = false;
  }

  int socket() {
    const HttpUrl& url = request_->request.url;
    last_ = dial({url.host, url.port, request_->connect_timeout, request_->total_deadline, deadline_}, *line_);
    failed_ = last_.socket < 0;
    return last_.socket;
  }

  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] const Dialled& last() const { return last_; }
  [[nodiscard]] Line& line() const { return *line_; }

 private:
  std::shared_ptr<Line> line_;
  const AttemptRequest* request_ = nullptr;
  steady_clock::time_point deadline_;
  Dialled last_;
  bool failed_ = false;
};

template <class Base>
class DialledClient final : public Base {
 public:
  DialledClient(const HttpUrl& url, Dialler& dialler) : Base{url.host, url.port}, dialler_{dialler} {}

 private:
  bool create_and_connect_socket(typename Base::Socket& socket, httplib::Error& error) override {
    socket.sock = dialler_.socket();
    if (socket.sock >= 0) return true;
    error = httplib::Error::Connection;
    return false;
  }

  Dialler& dialler_;
};

/// What has come of an answer while it is read.
struct Answer {
  AttemptResult& result;
  bool complete_early = false;  ///< nothing more of it is wanted, although more may come

  void read_head(const httplib::Response& response) {
    result.status = response.status;
    result.retry_after = response.get_header_value("Retry-After");
    result.date = response.get_header_value("Date");
  }

  bool take_head(const httplib::Response& response) {
    read_head(response);
    // These have no body whatever their header says; the library would wait for one.
    complete_early = response.status == 101 || response.status == 304;
    return !complete_early;
  }

  bool take_body(const char* bytes, std::size_t count) {
    result.body.append(bytes, std::min(count, answer_bytes_max - result.body.size()));
    complete_early = result.body.size() == answer_bytes_max;
    return !complete_early;
  }
};

httplib::Request to_httplib(const HttpRequest& from, Answer& answer) {
  httplib::Request to;
  to.method = "POST";
  to.path = from.url.target;
  for (const auto& [name, value] : from.headers) to.headers.emplace(name, value);
  if (!from.content_type.empty()) to.headers.emplace("Content-Type", from.content_type);
  if (!to.has_header("Host")) to.headers.emplace("Host", from.url.authority());
  to.body = from.body;
  to.response_handler = [&answer](const httplib::Response& response) { return answer.take_head(response); };
  to.content_receiver = [&answer](const char* bytes, std::size_t count, std::uint64_t, std::uint64_t) {
    return answer.take_body(bytes, count);
  };
  return to;
}

bool is_tls_error(httplib::Error error) {
  return error == httplib::Error::SSLConnection || error == httplib::Error::SSLLoadingCerts ||
         error == httplib::Error::SSLServerVerification || httplib::to_string(error).starts_with("SSL");
}

bool says_close(const httplib::Response& response) {
  std::string value = response.get_header_value("Connection");
  std::ranges::transform(value, value.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return value.find("close") != std::string::npos;
}

}  // namespace

class HttplibClient::Impl {
 public:
  Impl(const HttpUrl& url, std::shared_ptr<Line> line) : url_{url}, dialler_{std::move(line)} {
    if (url.tls) {
      auto client = std::make_unique<DialledClient<httplib::SSLClient>>(url, dialler_);
      if (SSL_CTX* context = client->ssl_context()) SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
      client->enable_server_certificate_verification(true);
      tls_ = client.get();
      client_ = std::move(client);
    } else {
      client_ = std::make_unique<DialledClient<httplib::ClientImpl>>(url, dialler_);
    }
    client_->set_keep_alive(true);
    client_->set_tcp_nodelay(true);
    client_->set_follow_location(false);
    client_->set_url_encode(false);  // the target is sent as configured
    client_->set_decompress(false);  // nobody asked for it, and 64 KiB must stay 64 KiB
  }

  [[nodiscard]] bool serves(const HttpUrl& url) const {
    return url.tls == url_.tls && url.host == url_.host && url.port == url_.port;
  }

  AttemptResult post(const AttemptRequest& request, steady_clock::time_point deadline) {
    AttemptResult result;
    Answer answer{result};
    dialler_.begin(request, deadline);
    set_limits(request);
    ERR_clear_error();
    auto sending = to_httplib(request.request, answer);
    httplib::Response response;
    auto error = httplib::Error::Success;
    const bool whole = client_->is_valid() && client_->send(sending, response, error);
    if (whole) answer.read_head(response);  // the library shows the head of a 204 to nobody
    judge(result, whole || answer.complete_early, error);
    if (result.phase != Phase::answered || answer.complete_early || says_close(response)) close();
    return result;
  }

  void close() {
    client_->stop();
    dialler_.line().detach();
  }

 private:
  void set_limits(const AttemptRequest& request) {
    client_->set_connection_timeout(request.connect_timeout);  // for each step of a TLS handshake
    client_->set_read_timeout(request.total_deadline);
    client_->set_write_timeout(request.total_deadline);
  }

  /// Says how far it came. A cut line reads like the end of an answer, so it is asked first.
  void judge(AttemptResult& result, bool whole, httplib::Error error) {
    result.remote_address = dialler_.last().remote_address;
    if (dialler_.failed()) {
      result.phase = dialler_.last().phase;
      result.error = dialler_.last().error;
      result.reason = dialler_.last().reason;
    } else if (whole && !dialler_.line().is_cut()) {
      result.phase = Phase::answered;
    } else {
      result.phase = is_tls_error(error) ? Phase::tls : error == httplib::Error::Write ? Phase::write : Phase::read;
      explain(result, error);
    }
    if (result.phase != Phase::answered) forget_answer(result);
  }

  void explain(AttemptResult& result, httplib::Error error) {
    if (dialler_.line().is_cut()) {
      result.error = ETIMEDOUT;
      result.reason = "not finished within the time an attempt may take";
    } else if (result.phase == Phase::tls) {
      explain_tls(result, error);
    } else {
      result.reason = result.phase == Phase::write ? "the connection broke while the request was written"
                                                   : "the connection ended before the answer was complete";
    }
  }

  void explain_tls(AttemptResult& result, httplib::Error error) {
    if (error == httplib::Error::SSLConnection) {
      const char* reason = ERR_reason_error_string(ERR_peek_last_error());
      result.reason = std::string{"handshake failed: "} + (reason ? reason : "the peer ended it");
    } else if (error == httplib::Error::SSLLoadingCerts) {
      result.reason = "the system's CA certificates cannot be read";
    } else {
      const long code = tls_->get_openssl_verify_result();
      result.error = code == X509_V_OK ? X509_V_ERR_HOSTNAME_MISMATCH : static_cast<int>(code);
      result.reason = X509_verify_cert_error_string(result.error);
    }
  }

  static void forget_answer(AttemptResult& result) {
    result.status = 0;
    result.retry_after.clear();
    result.date.clear();
    result.body.clear();
  }

  HttpUrl url_;
  Dialler dialler_;
  std::unique_ptr<httplib::ClientImpl> client_;
  httplib::SSLClient* tls_ = nullptr;  ///< the same object, when it is one
};

HttplibClient::HttplibClient(const HttpUrl& url, std::shared_ptr<Line> line)
    : impl_{std::make_unique<Impl>(url, std::move(line))} {}

HttplibClient::~HttplibClient() = default;

bool HttplibClient::serves(const HttpUrl& url) const { return impl_->serves(url); }

AttemptResult HttplibClient::post(const AttemptRequest& request, steady_clock::time_point deadline) try {
  return impl_->post(request, deadline);
} catch (const std::exception& failure) {
  impl_->close();
  AttemptResult result;
  result.phase = Phase::read;  // the worst case: it may have arrived
  result.reason = std::string{"internal: "} + failure.what();
  return result;
}

void end_thread() { OPENSSL_thread_stop(); }

}  // namespace chargehook::delivery::io
