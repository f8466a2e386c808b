#include "model/site.hpp"

#include "model/json_text.hpp"

namespace chargehook::model {

std::string site_json(const Site& site) {
  std::string out;
  JsonObject object{out};
  const auto text_or_null = [&](std::string_view key, const std::string& text) {
    text.empty() ? object.add_null(key) : object.add(key, text);
  };
  object.add("id", site.id);
  text_or_null("name", site.name);
  object.add("timezone", site.timezone);
  text_or_null("country", site.country);
  text_or_null("operator", site.operator_id);
  object.end();
  return out;
}

}  // namespace chargehook::model
