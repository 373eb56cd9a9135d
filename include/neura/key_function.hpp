/* The function of a program that returns the key. */
#ifndef NEURA_KEY_FUNCTION_HPP
#define NEURA_KEY_FUNCTION_HPP

#include "call.hpp"
#ifdef NEURA_CPP17

#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace neura {
inline namespace NEURA_MODE {

namespace detail {

/// A function that returns the key; neura.h calls it with this object as user_data.
struct KeyFunction {
  /// std::nullopt is no key.
  std::function<std::optional<std::string>()> function;

  /// No exception may reach the library: it becomes the reason in the call's error.
  static const char *ask(void *user_data) noexcept {
    // One for each thread: two clients of the same options may ask at the same time.
    static thread_local std::string key;
#if NEURA_HAS_EXCEPTIONS
    try {
      return static_cast<const KeyFunction *>(user_data)->into(key);
    } catch (const std::exception &exception) {
      neura_api_key_callback_fail(exception.what());
    } catch (...) {
      neura_api_key_callback_fail("it threw something other than a std::exception");
    }
    return nullptr;
#else
    return static_cast<const KeyFunction *>(user_data)->into(key);
#endif
  }

 private:
  const char *into(std::string &key) const {
    if (!function) return refuse("the function is empty");
    std::optional<std::string> given = function();
    if (!given) return refuse("it returned no key");
    key = *std::move(given);
    const Text text(key);
    return text.problem() == nullptr ? key.c_str() : refuse(text.problem());
  }
  static const char *refuse(const char *reason) noexcept {
    neura_api_key_callback_fail(reason);
    return nullptr;
  }
};

}  // namespace detail

}  // namespace NEURA_MODE
}  // namespace neura

#endif  // NEURA_CPP17
#endif  // NEURA_KEY_FUNCTION_HPP
