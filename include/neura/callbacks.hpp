/* Functions of a program that get the attempts or give a body. Those of the log: see log.hpp. */
#ifndef NEURA_CALLBACKS_HPP
#define NEURA_CALLBACKS_HPP

#include "call.hpp"
#ifdef NEURA_CPP17

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>

namespace neura {
inline namespace NEURA_MODE {

namespace detail {

/// A function that gets the attempts; neura.h calls it with this object as user_data.
struct AttemptFunction {
  std::function<void(const neura_attempt *)> function;

  /// No exception may reach the library: it is dropped.
  static void tell(void *user_data, const neura_attempt *attempt) noexcept {
    const auto &function = static_cast<const AttemptFunction *>(user_data)->function;
    if (!function) return;
#if NEURA_HAS_EXCEPTIONS
    try {
      function(attempt);
    } catch (...) {
    }
#else
    function(attempt);
#endif
  }
};

/// The functions that give a body; neura.h calls them with this object as user_data.
struct BodyFunction {
  std::function<std::size_t(char *, std::size_t)> function;
  /// Empty if the body cannot be read again.
  std::function<bool()> rewind;

  static std::int32_t read(void *user_data, void *buffer, std::size_t size,
                           std::size_t *length) noexcept {
    const auto *self = static_cast<const BodyFunction *>(user_data);
    return status_of([&] { return self->fill(buffer, size, length); });
  }
  static std::int32_t go_back(void *user_data) noexcept {
    const auto *self = static_cast<const BodyFunction *>(user_data);
    return status_of([self]() -> std::int32_t { return self->rewind() ? NEURA_OK : NEURA_ERROR; });
  }

 private:
  /// No exception may reach the library: it becomes the reason in the call's error.
  template <typename Function>
  static std::int32_t status_of(const Function &run) noexcept {
#if NEURA_HAS_EXCEPTIONS
    try {
      return run();
    } catch (const std::exception &exception) {
      neura_body_callback_fail(exception.what());
    } catch (...) {
      neura_body_callback_fail("it threw something other than a std::exception");
    }
    return NEURA_ERROR;
#else
    return run();
#endif
  }
  std::int32_t fill(void *buffer, std::size_t size, std::size_t *length) const {
    if (!function) {
      neura_body_callback_fail("the function is empty");
      return NEURA_ERROR;
    }
    *length = function(static_cast<char *>(buffer), size);
    return *length > 0 ? NEURA_OK : NEURA_END;
  }
};

}  // namespace detail

}  // namespace NEURA_MODE
}  // namespace neura

#endif  // NEURA_CPP17
#endif  // NEURA_CALLBACKS_HPP
