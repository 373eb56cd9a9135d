/* The arguments of calls: text and bodies. They are made from the caller's values without a
 * cast, and are used for the time of one call. */
#ifndef NEURA_TEXT_HPP
#define NEURA_TEXT_HPP

#include "config.hpp"
#ifdef NEURA_CPP17

#include <cstddef>
#include <cstring>
#include <iterator>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace neura {
inline namespace NEURA_MODE {

/// How a value of another library becomes text. A specialisation has
/// `static bool write(const T &value, std::string &text)`, which returns false if it cannot;
/// `neura/json.hpp` has those of nlohmann::json.
template <typename T>
struct TextOf {};

namespace detail {

template <typename T>
inline constexpr bool is_pointer_to_text = std::is_convertible_v<const T &, const char *>;

template <typename T>
inline constexpr bool is_view_of_text =
    std::is_convertible_v<const T &, std::string_view> && !is_pointer_to_text<T>;

template <typename T, typename = void>
inline constexpr bool is_written = false;
template <typename T>
inline constexpr bool is_written<T, std::void_t<decltype(TextOf<T>::write)>> = true;

template <typename T, typename = void>
inline constexpr bool is_bytes = false;
template <typename T>
inline constexpr bool is_bytes<T, std::void_t<decltype(std::data(std::declval<const T &>())),
                                              decltype(std::size(std::declval<const T &>()))>> =
    sizeof(*std::data(std::declval<const T &>())) == 1 &&
    std::is_trivially_copyable_v<
        std::remove_reference_t<decltype(*std::data(std::declval<const T &>()))>> &&
    !is_pointer_to_text<T> && !is_view_of_text<T>;

}  // namespace detail

/// A text argument: a `const char *`, a std::string, what converts to std::string_view, or
/// with `neura/json.hpp` a nlohmann::json. A null pointer and a NUL inside the text are
/// `NEURA_KIND_INVALID_ARGUMENT` of the call.
class Text {
 public:
  Text(const char *text) noexcept : start_(text) {}
  /// Borrowed, not copied.
  Text(const std::string &text) noexcept : start_(text.c_str()) { refuse_nul(text); }
  template <typename T, std::enable_if_t<detail::is_view_of_text<T>, int> = 0>
  Text(const T &text) : owned_(std::string_view(text)), start_(owned_.c_str()) {
    refuse_nul(owned_);
  }
  template <typename T, std::enable_if_t<detail::is_written<T>, int> = 0>
  Text(const T &value) {
    if (!TextOf<T>::write(value, owned_)) problem_ = "text is not UTF-8";
    start_ = owned_.c_str();
  }
  Text(std::nullptr_t) = delete;
  Text(const Text &) = delete;
  Text &operator=(const Text &) = delete;

  /// The text with a NUL at its end; NULL if it is a null pointer.
  const char *get() const & noexcept { return start_; }
  /// Why neura.h cannot have the text; NULL if it can. It refuses a null pointer itself.
  const char *problem() const & noexcept { return problem_; }

 private:
  void refuse_nul(const std::string &text) noexcept {
    if (std::memchr(text.data(), 0, text.size())) problem_ = "text contains a NUL character";
  }

  std::string owned_;
  const char *start_ = nullptr;
  const char *problem_ = nullptr;
};

/// The body of a request: text as for neura::Text, which may contain NULs here, or bytes in
/// one piece, such as a std::vector<std::byte>, std::array<unsigned char, N> or
/// std::span<const std::byte>. It is not copied.
class Bytes {
 public:
  /// No body.
  Bytes() noexcept = default;
  /// A null pointer is an error of the call: leave the argument out to send no body.
  Bytes(const char *text) noexcept : start_(text), size_(text ? std::strlen(text) : 1) {}
  template <typename T, std::enable_if_t<detail::is_view_of_text<T>, int> = 0>
  Bytes(const T &text) {
    const std::string_view view(text);
    start_ = view.data();
    size_ = view.size();
  }
  template <typename T, std::enable_if_t<detail::is_bytes<T>, int> = 0>
  Bytes(const T &bytes) : start_(std::data(bytes)), size_(std::size(bytes)) {}
  template <typename T, std::enable_if_t<detail::is_written<T>, long> = 0>
  Bytes(const T &value) {
    if (!TextOf<T>::write(value, owned_)) problem_ = "the body is not UTF-8";
    start_ = owned_.data();
    size_ = owned_.size();
  }
  Bytes(std::nullptr_t) = delete;
  Bytes(const Bytes &) = delete;
  Bytes &operator=(const Bytes &) = delete;

  const void *data() const & noexcept { return start_; }
  std::size_t size() const noexcept { return size_; }
  const char *problem() const & noexcept { return problem_; }

 private:
  std::string owned_;
  const void *start_ = nullptr;
  std::size_t size_ = 0;
  const char *problem_ = nullptr;
};

}  // namespace NEURA_MODE
}  // namespace neura

#endif  // NEURA_CPP17
#endif  // NEURA_TEXT_HPP
