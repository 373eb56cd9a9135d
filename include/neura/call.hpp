/* How C++ calls neura.h: ownership, arguments, and results. */
#ifndef NEURA_CALL_HPP
#define NEURA_CALL_HPP

#include "result.hpp"
#include "text.hpp"
#ifdef NEURA_CPP17

#include <algorithm>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace neura {
inline namespace NEURA_MODE {
namespace detail {

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T *object) const noexcept {
    Free(object);
  }
};

template <typename T, auto Free>
using Owned = std::unique_ptr<T, Deleter<Free>>;

/// No memory for an object: std::bad_alloc; without exceptions the program ends, as it does
/// when `new` fails there.
[[noreturn]] inline void out_of_memory() {
#if NEURA_HAS_EXCEPTIONS
  throw std::bad_alloc();
#else
  std::abort();
#endif
}

/// An object that is created when first needed: neura.h uses its defaults for NULL.
template <typename T, auto New, auto Free>
class Lazy {
 public:
  T *get() const noexcept { return object_.get(); }
  T *make() {
    if (!object_) object_.reset(New());
    if (!object_) out_of_memory();
    return object_.get();
  }

 private:
  Owned<T, Free> object_;
};

inline Error invalid_argument(const std::string &message) {
  return Error(NEURA_KIND_INVALID_ARGUMENT, message);
}

/// The errors of setters, which return none; a call with the options fails with the first. A later
/// good value corrects one by the rules of neura.h.
class Problems {
 public:
  /// Records that an option was given these texts. Returns whether neura.h can have them.
  template <typename... Texts>
  bool allow(std::string_view option, const Texts &...texts) {
    clear(option);
    // A first key replaces all that were given before, the added ones too.
    if (option == "api_key") clear("add_api_key");
    return add(option, {}, texts...);
  }
  /// The same for a header: only the same header corrects it.
  bool allow_header(const Text &name, const Text &value) {
    std::string header;
    if (problem_of(name) == nullptr) {
      for (const char *at = name.get(); *at != '\0'; ++at) header += lower_case(*at);
      remove([&](const Problem &it) { return it.option == "header" && it.header == header; });
    }
    return add("header", std::move(header), name, value);
  }
  /// The same for one of several values, which no later one replaces.
  template <typename... Texts>
  bool allow_one_of(std::string_view option, const Texts &...texts) {
    return add(option, {}, texts...);
  }
  /// Records that an option has no values any more.
  void clear(std::string_view option) {
    remove([&](const Problem &it) { return it.option == option; });
  }
  std::optional<Error> first() const {
    if (problems_.empty()) return std::nullopt;
    const Problem &problem = problems_.front();
    return invalid_argument(std::string(problem.option) + ": " + problem.said);
  }

 private:
  struct Problem {
    std::string_view option;
    std::string header;
    const char *said;
  };

  template <typename Obsolete>
  void remove(const Obsolete &obsolete) {
    problems_.erase(std::remove_if(problems_.begin(), problems_.end(), obsolete), problems_.end());
  }
  template <typename... Texts>
  bool add(std::string_view option, std::string header, const Texts &...texts) {
    const char *said = nullptr;
    ((said = said ? said : problem_of(texts)), ...);
    if (said != nullptr) problems_.push_back(Problem{option, std::move(header), said});
    return said == nullptr;
  }
  static const char *problem_of(const Text &text) noexcept {
    return text.get() == nullptr ? "text is a null pointer" : text.problem();
  }
  static char lower_case(char letter) noexcept {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  }

  std::vector<Problem> problems_;
};

/// An argument as neura.h takes it.
template <typename T>
auto raw(const T &argument) noexcept {
  if constexpr (std::is_scalar_v<T>) {
    return argument;
  } else {
    return argument.get();
  }
}

/// Why neura.h cannot have an argument.
inline std::optional<Error> as_error(const char *problem) {
  if (problem == nullptr) return std::nullopt;
  return invalid_argument(problem);
}
inline std::optional<Error> as_error(std::optional<Error> problem) { return problem; }
template <typename T>
std::optional<Error> problem_of(const T &argument) {
  if constexpr (std::is_scalar_v<T>) {
    return std::nullopt;
  } else {
    return as_error(argument.problem());
  }
}

/// Runs a call of neura.h whose last arguments are an out-pointer and the error; `take` makes
/// the result of the pointer.
template <typename Made, typename Pointer, typename Take, typename Call, typename... Arguments>
Result<Made> produce(Take take, Call call, const Arguments &...arguments) {
  std::optional<Error> problem;
  ((problem = problem ? std::move(problem) : problem_of(arguments)), ...);
  if (problem) return Unexpected(*std::move(problem));
  Pointer *made = nullptr;
  neura_error *error = nullptr;
  if (call(raw(arguments)..., &made, &error) == NEURA_ERROR) return Unexpected(Error(error));
  return take(made);
}

/// Runs a call that gives an owned object.
template <typename Object, typename Call, typename... Arguments>
Result<Object> object(Call call, const Arguments &...arguments) {
  const auto take = [](typename Object::Handle *made) { return Object(made); };
  return produce<Object, typename Object::Handle>(take, call, arguments...);
}

/// Runs a call that gives owned text.
template <typename Call, typename... Arguments>
Result<std::string> owned_text(Call call, const Arguments &...arguments) {
  const auto take = [](char *text) {
    const Owned<char, neura_string_free> owner(text);
    return std::string(text);
  };
  return produce<std::string, char>(take, call, arguments...);
}

/// The value of a result, or its error thrown.
template <typename T>
T value(Result<T> result) {
  if (!result) fail(std::move(result).error());
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

}  // namespace detail
}  // namespace NEURA_MODE
}  // namespace neura

#endif  // NEURA_CPP17
#endif  // NEURA_CALL_HPP
