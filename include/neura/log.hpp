/* The log of all clients of the process. */
#ifndef NEURA_LOG_HPP
#define NEURA_LOG_HPP

#include "call.hpp"
#ifdef NEURA_CPP17

#include <functional>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

namespace neura {
inline namespace NEURA_MODE {

namespace detail {

/// A function that gets the log; neura.h calls it with this object as user_data.
struct LogFunction {
  std::function<void(std::string_view)> function;

  /// No exception may reach the library: it is dropped.
  static void write(void *user_data, const char *line) noexcept {
    const auto &function = static_cast<const LogFunction *>(user_data)->function;
#if NEURA_HAS_EXCEPTIONS
    try {
      function(line);
    } catch (...) {
    }
#else
    function(line);
#endif
  }

  /// Keeps a function for the rest of the process. Other threads may be running it while the next
  /// one is set, and a lock that they took could be held for ever in a child of fork.
  static LogFunction *keep(std::function<void(std::string_view)> function) {
    static std::mutex mutex;
    // Never destroyed: a thread may log while the program ends.
    static auto &kept = *new std::vector<std::unique_ptr<LogFunction>>();
    auto owned = std::make_unique<LogFunction>();
    owned->function = std::move(function);
    const std::lock_guard<std::mutex> lock(mutex);
    kept.push_back(std::move(owned));
    return kept.back().get();
  }
};

}  // namespace detail

/// Sets a function that gets the log of all clients of the process, in place of `NEURA_LOG` and
/// stderr: see neura_set_log_callback. It runs on the threads of the calls, on several at once if there
/// are several; the line is valid until it returns, and what it throws is dropped. It lives until the
/// process ends, also after another was set, so set one when the program starts. Returns false for
/// a level that does not exist.
inline bool set_log_callback(neura_log_level level,
                             std::function<void(std::string_view line)> function) {
  if (!function) return neura_set_log_callback(level, nullptr, nullptr);
  return neura_set_log_callback(level, detail::LogFunction::write,
                                detail::LogFunction::keep(std::move(function)));
}
/// Ends it: `NEURA_LOG` counts again.
inline void clear_log_callback() noexcept {
  neura_set_log_callback(NEURA_LOG_LEVEL_INFO, nullptr, nullptr);
}

}  // namespace NEURA_MODE
}  // namespace neura

#endif  // NEURA_CPP17
#endif  // NEURA_LOG_HPP
