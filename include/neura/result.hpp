/* What a call that does not throw returns. */
#ifndef NEURA_RESULT_HPP
#define NEURA_RESULT_HPP

#include "error.hpp"
#ifdef NEURA_CPP17

#include <cstdio>
#include <cstdlib>
#include <type_traits>
#include <utility>
#include <variant>

#if NEURA_HAS_EXPECTED
#include <expected>
#endif

namespace neura {
inline namespace NEURA_MODE {

namespace detail {

/// Throws an error. Without exceptions it writes the message to stderr and aborts.
[[noreturn]] inline void fail(Error error) {
#if NEURA_HAS_EXCEPTIONS
  throw error;
#else
  std::fprintf(stderr, "neura: %s\n", error.what());
  std::abort();
#endif
}

}  // namespace detail

#if NEURA_HAS_EXPECTED

template <typename T>
using Result = std::expected<T, Error>;
using Unexpected = std::unexpected<Error>;

#else

/// The error of a Result: `return neura::Unexpected(error);`.
class Unexpected {
 public:
  explicit Unexpected(Error error) noexcept : error_(std::move(error)) {}
  [[nodiscard]] const Error &error() const & noexcept { return error_; }
  [[nodiscard]] Error &&error() && noexcept { return std::move(error_); }

 private:
  Error error_;
};

/// A value or an error: std::expected<T, Error> where the library has it, else this class
/// with the same members. `*`, `->` and `error()` of the wrong kind are undefined; `value()`
/// of an error throws (neura::Error here, std::bad_expected_access<neura::Error> there), and
/// aborts without exceptions.
template <typename T>
class [[nodiscard]] Result {
 public:
  using value_type = T;
  using error_type = Error;
  using unexpected_type = Unexpected;

  Result(T value) noexcept(std::is_nothrow_move_constructible_v<T>)
      : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Unexpected error) noexcept : state_(std::in_place_index<1>, std::move(error).error()) {}

  [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  [[nodiscard]] T &operator*() & noexcept { return *std::get_if<0>(&state_); }
  [[nodiscard]] const T &operator*() const & noexcept { return *std::get_if<0>(&state_); }
  [[nodiscard]] T &&operator*() && noexcept { return std::move(**this); }
  [[nodiscard]] T *operator->() noexcept { return std::get_if<0>(&state_); }
  [[nodiscard]] const T *operator->() const noexcept { return std::get_if<0>(&state_); }

  [[nodiscard]] T &value() & { return check(), **this; }
  [[nodiscard]] const T &value() const & { return check(), **this; }
  [[nodiscard]] T &&value() && { return check(), std::move(**this); }
  template <typename Other>
  [[nodiscard]] T value_or(Other &&other) && {
    return has_value() ? std::move(**this) : static_cast<T>(std::forward<Other>(other));
  }
  template <typename Other>
  [[nodiscard]] T value_or(Other &&other) const & {
    return has_value() ? **this : static_cast<T>(std::forward<Other>(other));
  }

  [[nodiscard]] Error &error() & noexcept { return *std::get_if<1>(&state_); }
  [[nodiscard]] const Error &error() const & noexcept { return *std::get_if<1>(&state_); }
  [[nodiscard]] Error &&error() && noexcept { return std::move(error()); }

 private:
  void check() const {
    if (!has_value()) detail::fail(error());
  }

  std::variant<T, Error> state_;
};

/// Success without a value, or an error.
template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;
  using error_type = Error;
  using unexpected_type = Unexpected;

  Result() noexcept = default;
  Result(Unexpected error) noexcept : error_(std::move(error).error()) {}

  [[nodiscard]] bool has_value() const noexcept { return !error_.has_value(); }
  explicit operator bool() const noexcept { return has_value(); }
  void operator*() const noexcept {}
  void value() const {
    if (error_) detail::fail(*error_);
  }

  [[nodiscard]] Error &error() & noexcept { return *error_; }
  [[nodiscard]] const Error &error() const & noexcept { return *error_; }
  [[nodiscard]] Error &&error() && noexcept { return std::move(*error_); }

 private:
  std::optional<Error> error_;
};

#endif  // NEURA_HAS_EXPECTED

}  // namespace NEURA_MODE
}  // namespace neura

#endif  // NEURA_CPP17
#endif  // NEURA_RESULT_HPP
