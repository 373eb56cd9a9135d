/*
 * nlohmann::json as requests, and replies as nlohmann::json. neura.hpp does not include this
 * file, which needs nlohmann/json.hpp 3.10 or later.
 *
 *     const nlohmann::json ask = {{"model", "gpt-5"}, {"messages", messages}};
 *     const nlohmann::json answer = neura::json(client.chat(ask));
 */
#ifndef NEURA_JSON_HPP
#define NEURA_JSON_HPP

#include "../neura.hpp"
#ifdef NEURA_CPP17

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace neura {
inline namespace NEURA_MODE {

namespace detail {

/// Writes a value as JSON text. Returns false if one of its texts is not UTF-8.
template <typename Json>
bool write_json(const Json &value, std::string &text) {
  using Handler = nlohmann::detail::error_handler_t;
  text = value.dump(-1, ' ', false, Handler::replace);
  // A replaced character is in the text; a dropped one is not.
  if (text.find("\xef\xbf\xbd") == std::string::npos) return true;
  return text == value.dump(-1, ' ', false, Handler::ignore);
}

inline Result<nlohmann::json> parsed(std::string_view text) {
  nlohmann::json value = nlohmann::json::parse(text.begin(), text.end(), nullptr, false);
  if (!value.is_discarded()) return value;
  return Unexpected(Error(NEURA_KIND_DECODE, "the body or the event is not JSON"));
}

}  // namespace detail

/// A nlohmann::json as the request of a call.
template <>
struct TextOf<nlohmann::json> {
  static bool write(const nlohmann::json &value, std::string &text) {
    return detail::write_json(value, text);
  }
};
template <>
struct TextOf<nlohmann::ordered_json> {
  static bool write(const nlohmann::ordered_json &value, std::string &text) {
    return detail::write_json(value, text);
  }
};

/// The body of a reply, or the data of an event; `NEURA_KIND_DECODE` if it is not JSON.
[[nodiscard]] inline Result<nlohmann::json> try_json(const Response &response) {
  return detail::parsed(response.body());
}
[[nodiscard]] inline Result<nlohmann::json> try_json(const Event &event) {
  return detail::parsed(event.data());
}

#if NEURA_HAS_EXCEPTIONS
/// The body of a reply; it may be a temporary, because the value is a copy.
[[nodiscard]] inline nlohmann::json json(const Response &response) {
  return detail::value(try_json(response));
}
/// The data of an event.
[[nodiscard]] inline nlohmann::json json(const Event &event) {
  return detail::value(try_json(event));
}
#endif

}  // namespace NEURA_MODE
}  // namespace neura

#endif  // NEURA_CPP17
#endif  // NEURA_JSON_HPP
