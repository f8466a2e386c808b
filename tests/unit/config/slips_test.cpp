// What people get wrong in nano, and where they are told so. Each case is one file; all else around it is sound.
#include "slips.hpp"

#include <doctest/doctest.h>

namespace chargehook::config {
namespace {

using namespace std::string_literals;

std::string endpoint(const std::string& more) { return "endpoints:\n  - name: billing\n" + endpoint_rest + more; }

TEST_CASE("bytes that are no plain text are named with their place") {
  check_all("gateway.yaml",
            {
                {"a byte order mark at the start", "\xEF\xBB\xBFgateway:\n  id: a\n", ""},
                {"lines that end as on Windows", "gateway:\r\n  id: a\r\n", ""},
                {"no line break at the end", "gateway:\n  id: a", ""},
                {"a carriage return inside a line", "gateway:\n  id: a\rb\n", "2:8 E104"},
                {"a NUL", "gateway:\n  id: a\0b\n"s, "2:8 E104"},
                {"a NUL in a comment", "# \0\ngateway:\n  id: a\n"s, "1:3 E104"},
                {"an escape character", "gateway:\n  id: \x1B[1ma\n", "2:7 E104"},
                {"a byte of Latin 1", "gateway:\n  id: a # f\xFCr\n", "2:12 E103"},
                {"a cut UTF-8 character", "gateway:\n  id: \xC3\n", "2:7 E103"},
                {"an overlong UTF-8 character", "gateway:\n  id: \xC0\xAF\n", "2:7 E103"},
                {"a surrogate in UTF-8", "gateway:\n  id: \xED\xA0\x80\n", "2:7 E103"},
                {"UTF-16", "\xFF\xFEg\0a\0"s, "1:1 E103"},
                {"a tab before a key", "gateway:\n\tid: a\n", "2:1 E105"},
                {"a tab behind the colon", "gateway:\n  id:\ta\n", "2:6 E105"},
                {"tabs on two lines", "gateway:\n\tid: a\n\tenvironment: test\n", "2:1 E105 3:1 E105"},
                {"a tab in a comment", "# a\tb\ngateway:\n  id: a  #\tb\n", ""},
                {"a no-break space before a key", "gateway:\n \xC2\xA0id: a\n", "2:2 E106"},
                {"a no-break space behind the colon",
                 "gateway:\n  id:\xC2\xA0"
                 "a\n",
                 "2:6 E106"},
                {"a zero-width space at the end", "gateway:\n  id: a\xE2\x80\x8B\n", "2:8 E106"},
                {"a no-break space in a comment",
                 "gateway:\n  id: a  # a\xC2\xA0"
                 "b\n",
                 ""},
                {"columns are counted in characters", "gateway:\n  \"\xC3\xA4\xC3\xB6\": x\tb\n  id: a\n", "2:10 E105"},
            });
}

TEST_CASE("who may say what time it is, is a list of words that exist, each once") {
  const auto trust = [](const std::string& words) { return "gateway:\n  id: a\nclock:\n  trust: " + words + "\n"; };
  check_all("gateway.yaml", {
                                {"all of them", trust("ntp, csms, https, manual"), ""},
                                {"one", trust("manual"), ""},
                                {"nothing below clock", "gateway:\n  id: a\nclock:\n", "3:1 E121"},
                                {"another key", "gateway:\n  id: a\nclock:\n  ntp: true\n", "4:3 E110"},
                                {"a word that does not exist", trust("ntp, gps"), "4:15 E139"},
                                {"a word twice", trust("ntp, csms, ntp"), "4:21 E140"},
                                {"brackets", trust("[ntp, csms]"), "4:10 E113"},
                                {"a hole", trust("ntp, , csms"), "4:10 E121"},
                            });
}

TEST_CASE("structure that YAML accepts in silence, or reports elsewhere, is named where it is") {
  check_all("gateway.yaml",
            {
                {"an empty file", "", "1:1 E109"},
                {"only comments", "# gateway:\n", "1:1 E109"},
                {"a document start", "---\ngateway:\n  id: a\n", ""},
                {"a document start behind comments", "# x\n---\ngateway:\n  id: a\n", ""},
                {"two documents", "gateway:\n  id: a\n---\nstorage:\n  size: 1 GiB\n", "3:1 E116"},
                {"a document end", "gateway:\n  id: a\n...\n", "3:1 E116"},
                {"a directive", "%YAML 1.2\n---\ngateway:\n  id: a\n", "1:1 E116"},
                {"a list at the top", "- gateway:\n    id: a\n", "1:1 E120"},
                {"a word at the top", "gateway\n", "1:1 E125"},
                {"a list instead of a group", "gateway:\n  - id: a\n", "1:1 E120"},
                {"a list that is not indented", "gateway:\n- id: a\n", "1:1 E120"},
                {"a value instead of a group", "gateway: a\n", "1:1 E120"},
                {"a group instead of a value", "gateway:\n  id:\n    name: a\n", "2:3 E120"},
                {"nothing instead of a group", "gateway:\n", "1:1 E121"},
                {"no value", "gateway:\n  id:\n", "2:3 E121"},
                {"an empty text", "gateway:\n  id: \"\"\n", "2:7 E121"},
                {"null", "gateway:\n  id: null\n", "2:3 E121"},
                {"a tilde", "gateway:\n  id: ~\n", "2:3 E121"},
                {"no colon", "gateway:\n  id a\n", "2:3 E125"},
                {"no blank behind the colon", "gateway:\n  id:a\n", "2:5 E125"},
                {"no key before the colon", "gateway:\n  : a\n  id: a\n", "2:3 E125"},
                {"an explicit key", "gateway:\n  ? id\n  : a\n", "2:3 E125 3:3 E125"},
                {"a line further in than the one above", "gateway:\n  id: a\n   environment: test\n", "3:1 E124"},
                {"a line between two indentations", "gateway:\n  id: a\n environment: test\n", "3:1 E124"},
                {"the whole file indented", "  gateway:\n    id: a\n", ""},
                {"the first line indented", "  gateway:\n    id: a\nstorage:\n  size: 1 GiB\n", "3:1 E124"},
                {"a key that is not indented", "gateway:\nid: a\n", "1:1 E121 2:1 E110"},
                {"a text on two lines", "gateway:\n  id: a\n    b\n", "3:1 E124"},
                {"a quoted text on two lines", "gateway:\n  id: \"a\n    b\"\n", "2:7 E117"},
                {"a quote that is not closed", "gateway:\n  id: \"a\n  environment: test\n", "2:7 E117"},
                {"a single quote that is not closed at the end", "gateway:\n  id: 'a", "2:7 E117"},
                {"the wrong closing quote", "gateway:\n  id: \"a'\n", "2:7 E117"},
                {"text behind the quote", "gateway:\n  id: \"a\" b\n", "2:10 E117"},
                {"a quoted value", "gateway:\n  id: 'a'  # b\n  environment: \"test\"\n", ""},
                {"a quoted key", "\"gateway\":\n  'id': a\n", ""},
                {"a blank before the colon", "gateway :\n  id : a\n", ""},
                {"a colon in a text", "gateway:\n  id: a: b\n", "2:8 E118"},
                {"a colon at the end of a text", "gateway:\n  id: a:\n", "2:8 E118"},
                {"a list on the line of its key", "gateway:\n  id: - a\n", "2:7 E125"},
                {"an escape that does not exist", "gateway:\n  id: \"\\q\"\n", "2:8 E107"},
                {"a line break by an escape", "gateway:\n  id: \"a\\nb\"\n", "2:7 E122"},
                {"a list in brackets", "gateway:\n  id: [a, b]\n", "2:7 E113"},
                {"a list in brackets on lines", "gateway:\n  id: [\n    a,\n  ]\n  environment: test\n", "2:7 E113"},
                {"a group in braces", "gateway: {id: a}\n", "1:10 E113"},
                {"a closing bracket", "gateway:\n  id: a\n]\n", "3:1 E113"},
                {"a placeholder in braces", "gateway:\n  id: {site}\n", "2:7 E113"},
                {"an anchor", "gateway: &g\n  id: a\n", "1:10 E114"},
                {"an alias", "gateway:\n  id: *g\n", "2:7 E114"},
                {"a merge key", "gateway:\n  <<: a\n  id: a\n", "2:3 E114"},
                {"a quoted merge key", "gateway:\n  '<<': a\n  id: a\n", "2:3 E114"},
                {"a tag", "gateway:\n  id: !!str a\n", "2:7 E115"},
                {"an exclamation mark", "gateway:\n  id: !a\n", "2:7 E115"},
                {"a block of text", "gateway:\n  id: |\n    a\n    b: c\n  environment: test\n", "2:7 E122"},
                {"a comparison", "gateway:\n  id: > 5 kW\n", "2:7 E122"},
                {"a percent sign first", "gateway:\n  id: %a\n", "2:7 E125"},
                {"an at sign first", "gateway:\n  id: @a\n", "2:7 E125"},
                {"a backtick first", "gateway:\n  id: `a`\n", "2:7 E125"},
                {"three slips in one file", "gateway:\n  id: [a]\n  environment \"x\"\n  x: *y\n",
                 "2:7 E113 3:3 E125 4:6 E114"},
            });
}

TEST_CASE("keys and values of gateway.yaml") {
  const std::string gateway = "gateway:\n  id: a\n";
  check_all("gateway.yaml",
            {
                {"a key twice", gateway + "  id: b\n", "3:3 E108"},
                {"a section twice", gateway + "gateway:\n  id: b\n", "3:1 E108"},
                {"a key twice and more", gateway + "  id: b\n  enviroment: c\n", "3:3 E108 4:3 E110"},
                {"a missing key", "gateway:\n  environment: test\n", "1:1 E109"},
                {"a key that does not exist", gateway + "  enviroment: test\n", "3:3 E110"},
                {"a key in capitals", "gateway:\n  ID: a\n", "1:1 E109 2:3 E110"},
                {"a key with a letter that looks alike",
                 "gateway:\n  \xD1\x96"
                 "d: a\n",
                 "1:1 E109 2:3 E110"},
                {"a section of another file", gateway + "site:\n  id: a\n", "3:1 E110"},
                {"a section of another version", gateway + "relays:\n  trust: ntp\n", "3:1 E110"},
                {"digits stay text", "gateway:\n  id: 007\n", ""},
                {"a name with capitals and blanks", "gateway:\n  id: Depot Nord\n", "2:7 E131"},
                {"a name with an umlaut", "gateway:\n  id: k\xC3\xB6ln\n", "2:7 E131"},
                {"a name with an underscore", "gateway:\n  id: depot_nord\n", "2:7 E131"},
                {"a name that ends with a minus", "gateway:\n  id: depot-\n", "2:7 E131"},
                {"a name that is too long", "gateway:\n  id: " + std::string(65, 'a') + "\n", "2:7 E131"},
                {"a word that is not offered", gateway + "  environment: prod\n", "3:16 E139"},
                {"a word in capitals", gateway + "  environment: Production\n", "3:16 E139"},
                {"a size", gateway + "storage:\n  size: 2 GiB\n", ""},
                {"a size without blank", gateway + "storage:\n  size: 512MiB\n", ""},
                {"no unit", gateway + "storage:\n  size: 1073741824\n", "4:9 E134"},
                {"a power as size", gateway + "storage:\n  size: 1 kW\n", "4:9 E135"},
                {"a unit in small letters", gateway + "storage:\n  size: 1 gib\n", "4:9 E136"},
                {"a unit of one letter", gateway + "storage:\n  size: 1 G\n", "4:9 E136"},
                {"a decimal comma", gateway + "storage:\n  size: 1,5 GiB\n", "4:9 E137"},
                {"a point between thousands", gateway + "storage:\n  size: 1.000 MiB\n", "4:9 E137"},
                {"points and commas", gateway + "storage:\n  size: 1.000,5 MiB\n", "4:9 E137"},
                {"a blank between thousands", gateway + "storage:\n  size: 1 000 MiB\n", "4:9 E137"},
                {"decimals", gateway + "storage:\n  size: 1.5 GiB\n", ""},
                {"leading zeros", gateway + "storage:\n  size: 010 GiB\n", "4:9 E132"},
                {"an exponent", gateway + "storage:\n  size: 1e9 byte\n", "4:9 E136"},
                {"a hexadecimal number", gateway + "storage:\n  size: 0x10 GiB\n", "4:9 E136"},
                {"a word for a number", gateway + "storage:\n  size: large\n", "4:9 E132"},
                {"too small", gateway + "storage:\n  size: 1 MiB\n", "4:9 E138"},
                {"too large", gateway + "storage:\n  size: 65 GiB\n", "4:9 E138"},
                {"negative", gateway + "storage:\n  size: -1 GiB\n", "4:9 E138"},
                {"far too large", gateway + "storage:\n  size: " + std::string(400, '9') + " GiB\n", "4:9 E132"},
            });
}

TEST_CASE("keys and values of site.yaml") {
  const std::string site = "site:\n  id: a\n  timezone: Europe/Berlin\n";
  check_all("site.yaml", {
                             {"no time zone", "site:\n  id: a\n", "1:1 E109"},
                             {"a time zone misspelt", "site:\n  id: a\n  timezone: Europe/Berln\n", "3:13 E146"},
                             {"an abbreviation for a time zone", "site:\n  id: a\n  timezone: CEST\n", "3:13 E146"},
                             {"an offset for a time zone", "site:\n  id: a\n  timezone: +01:00\n", "3:13 E146"},
                             {"a path for a time zone", "site:\n  id: a\n  timezone: ../../etc/passwd\n", "3:13 E146"},
                             {"a number sign in a text", site + "  name: Bay #7\n", "4:13 E119"},
                             {"a number sign for a text", site + "  name: #7\n", "4:3 E121"},
                             {"a number sign in a quoted text", site + "  name: 'Bay #7'\n", ""},
                             {"a number sign inside a word", site + "  name: Bay#7\n", ""},
                             {"a comment behind a text", site + "  name: Depot Nord  # as people say\n", ""},
                             {"an apostrophe in a text", site + "  name: Anna's place\n", ""},
                             {"a text that is a truth word in YAML", site + "  name: yes\n", ""},
                             {"Norway", site + "  country: NO\n", ""},
                             {"a currency sign", site + "  currency: \xE2\x82\xAC\n", "4:13 E149"},
                             {"a currency in small letters", site + "  currency: eur\n", "4:13 E149"},
                             {"a country in words", site + "  country: Germany\n", "4:12 E149"},
                             {"an operator", site + "  operator: DE*ABC\n", ""},
                             {"an operator that is none", site + "  operator: ABC\n", "4:13 E149"},
                             {"a text that is too long", site + "  name: " + std::string(257, 'a') + "\n", "4:9 E138"},
                             {"a key with another separator", site + "time-zone: UTC\n", "4:1 E110"},
                         });
}

TEST_CASE("keys and values of adapters.d") {
  check_all("adapters.d/x.yaml",
            {
                {"a group instead of a list", "ingest:\n  name: a\n  listen: unix:/a\n", "1:1 E120"},
                {"names instead of groups", "ingest:\n  - a\n  - b\n", "2:5 E120 3:5 E120"},
                {"an empty item", "ingest:\n  -\n", "2:3 E120"},
                {"no blank behind the minus", "ingest:\n  -name: a\n    listen: unix:/a\n", "2:3 E125"},
                {"an item below its minus", "ingest:\n  -\n    name: a\n    listen: unix:/a\n", ""},
                {"items not indented", "ingest:\n- name: a\n  listen: unix:/a\n- name: b\n  listen: unix:/b\n", ""},
                {"a key of an item out of line", "ingest:\n  - name: a\n   listen: unix:/a\n", "3:1 E124"},
                {"no listen", "ingest:\n  - name: a\n", "2:5 E109"},
                {"a port", "ingest:\n  - name: a\n    listen: 127.0.0.1:8080\n", "3:13 E148"},
                {"a path without unix:", "ingest:\n  - name: a\n    listen: /run/a.sock\n", "3:13 E148"},
                {"no path", "ingest:\n  - name: a\n    listen: 'unix:'\n", "3:13 E148"},
                {"a folder", "ingest:\n  - name: a\n    listen: unix:/run/\n", "3:13 E148"},
                {"a path that is too long", "ingest:\n  - name: a\n    listen: unix:/" + std::string(107, 'a') + "\n",
                 "3:13 E148"},
                {"a path in the folder", "ingest:\n  - name: a\n    listen: unix:run/a.sock\n", ""},
                {"a name twice", "ingest:\n  - name: a\n    listen: unix:/a\n  - name: a\n    listen: unix:/b\n",
                 "4:11 E140"},
                {"a name of another file", "ingest:\n  - name: local\n    listen: unix:/a\n", "2:11 E140"},
                {"a socket of another file", "ingest:\n  - name: a\n    listen: unix:/run/chargehook/ingest.sock\n",
                 "3:13 E140"},
                {"an adapter of another version", "opcua:\n  - server: a\n", "1:1 E110"},
            });
}

TEST_CASE("keys and values of endpoints.d") {
  check_all("endpoints.d/x.yaml",
            {
                {"all keys", endpoint("    sign: standard-webhooks\n    connections: 16\n    timeout: 5 min\n"), ""},
                {"no endpoints", "", "1:1 E109"},
                {"everything left out", "endpoints:\n  - name: a\n", "2:5 E109 2:5 E109 2:5 E109"},
                {"a key misspelt", endpoint("    conections: 4\n"), "6:5 E110"},
                {"a key of another version", endpoint("    order: device\n"), "6:5 E110"},
                {"a name of another file", "endpoints:\n  - name: cloud\n" + endpoint_rest, "2:11 E140"},
                {"an unknown sign", endpoint("    sign: hmac\n"), "6:11 E139"},
                {"a truth word for none", endpoint("    sign: off\n"), "6:11 E139"},
                {"zero connections", endpoint("    connections: 0\n"), "6:18 E138"},
                {"too many connections", endpoint("    connections: 17\n"), "6:18 E138"},
                {"connections with a point", endpoint("    connections: 4.0\n"), "6:18 E132"},
                {"connections in octal", endpoint("    connections: 010\n"), "6:18 E132"},
                {"connections in hexadecimal", endpoint("    connections: 0x4\n"), "6:18 E132"},
                {"connections with a plus", endpoint("    connections: +4\n"), "6:18 E132"},
                {"connections beyond all numbers", endpoint("    connections: 99999999999999999999\n"), "6:18 E138"},
                {"a time without unit", endpoint("    timeout: 15\n"), "6:14 E134"},
                {"a time in words", endpoint("    timeout: 15 seconds\n"), "6:14 E136"},
                {"a power as time", endpoint("    timeout: 15 kW\n"), "6:14 E135"},
                {"a time with a comma", endpoint("    timeout: 1,5 s\n"), "6:14 E137"},
                {"a time that is too long", endpoint("    timeout: 10 min\n"), "6:14 E138"},
                {"a clock time as time", endpoint("    timeout: 00:15\n"), "6:14 E132"},
            });
}

std::string with_url(const std::string& url) {
  return "endpoints:\n  - name: a\n    url: " + url + "\n    events: all\n    secret: key\n";
}

TEST_CASE("addresses of endpoints") {
  check_all("endpoints.d/x.yaml",
            {
                {"a port and a query", with_url("https://a.example.com:8443/in?a=b%20c&d"), ""},
                {"no path", with_url("https://a.example.com"), ""},
                {"an IPv6 address", with_url("'https://[2001:db8::1]:8443/'"), ""},
                {"placeholders", with_url("https://<site.id>.example.com/<site.name>/<gateway.id>"), ""},
                {"plain http", with_url("http://a.example.com/"), "3:10 E145"},
                {"plain http to a name like loopback", with_url("http://127.example.com/"), "3:10 E145"},
                {"plain http to this machine", with_url("http://127.0.0.1:8080/"), ""},
                {"plain http to this machine by name", with_url("http://localhost/"), ""},
                {"plain http to this machine by IPv6", with_url("'http://[::1]/'"), ""},
                {"no scheme", with_url("a.example.com/in"), "3:10 E143"},
                {"another scheme", with_url("mqtt://a.example.com"), "3:10 E143"},
                {"one slash", with_url("https:/a.example.com"), "3:10 E143"},
                {"no host", with_url("https:///in"), "3:10 E143"},
                {"a blank in the host", with_url("https://a example.com/"), "3:10 E143"},
                {"a host with an umlaut", with_url("https://k\xC3\xB6ln.example.com/"), "3:10 E143"},
                {"a host that is half an address", with_url("https://10.0.0/"), "3:10 E143"},
                {"a host that is no address", with_url("https://10.0.0.256/"), "3:10 E143"},
                {"a host with an empty part", with_url("https://a..example.com/"), "3:10 E143"},
                {"a port that is too large", with_url("https://a.example.com:65536/"), "3:10 E143"},
                {"a port that is none", with_url("https://a.example.com:https/"), "3:10 E143"},
                {"port zero", with_url("https://a.example.com:0/"), "3:10 E143"},
                {"an empty port", with_url("'https://a.example.com:/'"), "3:10 E143"},
                {"a blank in the path", with_url("https://a.example.com/a b"), "3:10 E143"},
                {"an escape that is cut", with_url("https://a.example.com/%2"), "3:10 E143"},
                {"a fragment", with_url("https://a.example.com/a#b"), "3:10 E143"},
                {"a user and a password", with_url("https://anna:sesame@a.example.com/"), "3:10 E144"},
                {"an unknown placeholder", with_url("https://a.example.com/<site.ids>"), "3:10 E147"},
                {"a placeholder that is not closed", with_url("https://a.example.com/<site.id"), "3:10 E147"},
            });
}

std::string with_events(const std::string& events) {
  return "endpoints:\n  - name: a\n    url: https://a.example.com\n    secret: key\n    events:" + events + "\n";
}

TEST_CASE("events of endpoints") {
  check_all("endpoints.d/x.yaml",
            {
                {"on one line", with_events(" session.*, payment.completed"), ""},
                {"one a line", with_events("\n      - session.*\n      - payment.completed"), ""},
                {"in quotes", with_events(" 'session.*, payment.completed'"), ""},
                {"a star", with_events(" *"), "5:13 E114"},
                {"one misspelt of two", with_events(" session.*, paiment.completed"), "5:24 E130"},
                {"one misspelt of two in quotes", with_events(" 'session.*, paiment.completed'"), "5:25 E130"},
                {"both misspelt", with_events("\n      - sesion.*\n      - paiment.*"), "6:9 E130 7:9 E130"},
                {"two commas", with_events(" session.*,, payment.*"), "5:13 E121"},
                {"a comma at the end", with_events(" session.*,"), "5:13 E121"},
                {"a group in a list", with_events("\n      - session: all"), "6:9 E121"},
                {"a group", with_events("\n      session: all"), "5:5 E120"},
            });
}

TEST_CASE("secrets of endpoints") {
  const std::string start = "endpoints:\n  - name: a\n    url: https://a.example.com\n    events: all\n";
  check_all("endpoints.d/x.yaml",
            {
                {"none but signing", start, "2:5 E109"},
                {"none and no signing", start + "    sign: none\n", ""},
                {"one but no signing", start + "    sign: none\n    secret: key\n", "6:13 E151"},
                {"a file that is not there", start + "    secret: kee\n", "5:13 E141"},
                {"a path", start + "    secret: secrets/key\n", "5:13 E131"},
                {"the secret itself", start + "    secret: whsec_MDEyMzQ1Njc4OWFiY2RlZg==\n", "5:13 E141"},
            });
}

TEST_CASE("a secret that cannot be used is an error where it is referred to") {
  Files files = good_files();
  files.secrets["key"] = "sesame";
  CHECK(places_of(load(files)) == "endpoints.d/cloud.yaml:5:13 E142");
}

TEST_CASE("files that are missing, not known or of a later version are named") {
  Files files = good_files();
  std::erase_if(files.sources, [](const Source& source) { return source.path.ends_with("e.yaml"); });
  CHECK(places_of(load(files)) == "site.yaml:1:1 E111");
  CHECK(places_of(load(with_file("rules.d/10-load.yaml", "rules:\n"))) == "rules.d/10-load.yaml:1:1 E121");
  CHECK(places_of(load(with_file("depot.yaml", ""))) == "depot.yaml:1:1 E112");
  CHECK(places_of(load(Files{})) == "gateway.yaml:1:1 E111 site.yaml:1:1 E111");
}

TEST_CASE("the errors of all files come in one pass, and none because of another") {
  Files files = with_file("site.yaml", "site:\n  id: [a]\n");
  for (Source& source : files.sources) {
    if (source.path == "gateway.yaml") source.text = "gateway:\n  id: A\n";
    if (source.path == "endpoints.d/cloud.yaml") source.text = with_url("https://<site.id>.example.com/<site.idd>");
  }
  CHECK(places_of(load(files)) == "endpoints.d/cloud.yaml:3:10 E147 gateway.yaml:2:7 E131 site.yaml:2:7 E113");
}

}  // namespace
}  // namespace chargehook::config
