// What the types promise, held by the compiler: in each standard, with and without exceptions.
#include <array>
#include <type_traits>
#include <utility>
#include <vector>

#include "neura/async.hpp"

#if NEURA_CPLUSPLUS >= 202002L
#include <ranges>
#endif

using namespace neura;

// Ownership.
template <typename T>
constexpr bool move_only =
    std::is_nothrow_move_constructible_v<T> && std::is_nothrow_move_assignable_v<T> &&
    !std::is_copy_constructible_v<T> && !std::is_copy_assignable_v<T>;
static_assert(move_only<Client> && move_only<Response> && move_only<Stream>);
static_assert(std::is_nothrow_move_constructible_v<RequestOptions>);
static_assert(std::is_nothrow_move_constructible_v<Options> &&
              !std::is_copy_constructible_v<Options>);
static_assert(move_only<CancelToken>);
static_assert(std::is_nothrow_copy_constructible_v<Error> &&
              std::is_nothrow_copy_assignable_v<Error>);
static_assert(std::is_base_of_v<std::runtime_error, Error>);
static_assert(std::is_trivially_copyable_v<Event>);

// A view of a temporary does not compile; one of a named object does.
#define READABLE(name, expression)                             \
  template <typename T, typename = void>                       \
  constexpr bool name = false;                                 \
  template <typename T>                                        \
  constexpr bool name<T, std::void_t<decltype(expression)>> = true;
#define BORROWS(object, name, expression)    \
  READABLE(name, std::declval<T>().expression) \
  static_assert(name<object &> && !name<object> && !name<const object>)

namespace of_response {
BORROWS(Response, body, body());
BORROWS(Response, header, header("x"));
BORROWS(Response, text, text());
BORROWS(Response, request_id, request_id());
#if NEURA_HAS_SPAN
BORROWS(Response, body_span, body_span());
static_assert(std::is_same_v<decltype(std::declval<Response &>().body_span()),
                             std::span<const std::byte>>);
#endif
READABLE(copies, (std::declval<T>().body_string(), std::declval<T>().body_vector(),
                  std::declval<T>().status(), std::declval<T>().ok()))
static_assert(copies<Response>);
}  // namespace of_response

namespace of_error {
BORROWS(Error, code, code());
BORROWS(Error, type, type());
BORROWS(Error, param, param());
BORROWS(Error, request_id, request_id());
}  // namespace of_error

namespace of_stream {
BORROWS(Stream, try_next, try_next());
BORROWS(Stream, try_events, try_events());
#if NEURA_HAS_EXCEPTIONS
BORROWS(Stream, next, next());
BORROWS(Stream, begin, begin());
#endif
}  // namespace of_stream

namespace of_handles {
BORROWS(CancelToken, token, get());
BORROWS(Options, options, get());
BORROWS(RequestOptions, request_options, get());
BORROWS(Client, client, get());
}  // namespace of_handles

namespace of_completion {
BORROWS(Completion, event_result, try_event());
BORROWS(Completion, json_result, try_json());
#if NEURA_HAS_EXCEPTIONS
BORROWS(Completion, event, event());
BORROWS(Completion, json, json());
#endif
}  // namespace of_completion

namespace of_result {
using Reply = Result<Response>;
READABLE(body_of_a_result, (*std::declval<T>()).body())
READABLE(code_of_a_result, std::declval<T>().error().code())
static_assert(body_of_a_result<Reply &> && !body_of_a_result<Reply>);
static_assert(code_of_a_result<Reply &> && !code_of_a_result<Reply>);
}  // namespace of_result

// Arguments: a literal null pointer does not compile.
template <typename To, typename... From>
constexpr bool takes = (std::is_convertible_v<From, To> && ...);
template <typename To, typename... From>
constexpr bool refuses = (!std::is_convertible_v<From, To> && ...);
static_assert(takes<Text, const char *, char[4], std::string, std::string_view>);
static_assert(refuses<Text, std::nullptr_t, int, bool, std::vector<char>>);
static_assert(takes<Bytes, const char *, char[4], std::string, std::string_view,
                    std::vector<std::byte>, std::array<unsigned char, 4>>);
static_assert(refuses<Bytes, std::nullptr_t, int, std::vector<int>, std::vector<std::string>>);
#if NEURA_HAS_SPAN
static_assert(takes<Bytes, std::span<const std::byte>>);
#endif

// Results have the members of std::expected.
template <typename T>
constexpr bool is_a_result =
    std::is_same_v<typename T::error_type, Error> && std::is_constructible_v<bool, const T &> &&
    !std::is_convertible_v<const T &, bool> && std::is_constructible_v<T, Unexpected> &&
    std::is_same_v<decltype(std::declval<const T &>().has_value()), bool> &&
    std::is_same_v<decltype(std::declval<const T &>().error()), const Error &> &&
    std::is_same_v<decltype(std::declval<T>().error()), Error &&>;
static_assert(is_a_result<Result<Response>> && is_a_result<Result<std::string>> &&
              is_a_result<Result<void>> && is_a_result<Result<std::optional<Event>>>);
static_assert(std::is_same_v<decltype(*std::declval<Result<Response> &>()), Response &> &&
              std::is_same_v<decltype(*std::declval<Result<Response>>()), Response &&> &&
              std::is_same_v<decltype(std::declval<Result<Response> &>().value()), Response &> &&
              std::is_pointer_v<decltype(std::declval<Result<Response> &>().operator->())>);
static_assert(move_only<Result<Response>>);
#if NEURA_HAS_EXPECTED
static_assert(std::is_same_v<Result<Response>, std::expected<Response, Error>>);
#endif

// Without exceptions, a call that would throw is absent.
READABLE(can_throw, (std::declval<T>().chat(""), std::declval<T>().models()))
static_assert(can_throw<const Client &> == NEURA_HAS_EXCEPTIONS);
static_assert(std::is_default_constructible_v<Client> == NEURA_HAS_EXCEPTIONS);

#if NEURA_CPLUSPLUS >= 202002L && NEURA_HAS_EXCEPTIONS
static_assert(std::ranges::input_range<Stream> && !std::ranges::forward_range<Stream>);
static_assert(std::ranges::viewable_range<Stream> && std::ranges::viewable_range<Stream &>);
static_assert(!std::ranges::borrowed_range<Stream>);
#endif
#if NEURA_CPLUSPLUS >= 202002L
static_assert(std::ranges::input_range<Stream::Results>);
#endif
