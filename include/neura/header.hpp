/* The headers of a reply. */
#ifndef NEURA_HEADER_HPP
#define NEURA_HEADER_HPP

#include "call.hpp"
#ifdef NEURA_CPP17

#include <string_view>
#include <utility>
#include <vector>

namespace neura {
inline namespace NEURA_MODE {

/// A header's name in lower case, and its value.
using Header = std::pair<std::string_view, std::string_view>;

namespace detail {

/// All headers of an object of neura.h.
template <typename At, typename Object>
std::vector<Header> headers(At at, const Object *object) {
  std::vector<Header> all;
  const char *name = nullptr;
  const char *value = nullptr;
  while (at(object, all.size(), &name, &value)) all.emplace_back(name, value);
  return all;
}

}  // namespace detail


}  // namespace NEURA_MODE
}  // namespace neura

#endif  // NEURA_CPP17
#endif  // NEURA_HEADER_HPP
