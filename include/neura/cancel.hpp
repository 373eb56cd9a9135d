/* Cancelling calls and streams. */
#ifndef NEURA_CANCEL_HPP
#define NEURA_CANCEL_HPP

#include "call.hpp"
#ifdef NEURA_CPP17


namespace neura {
inline namespace NEURA_MODE {

/// Cancels the calls that it is given to, from any thread.
class CancelToken {
 public:
  CancelToken() : token_(neura_cancel_new()) {
    if (!token_) detail::out_of_memory();
  }
  void cancel() const noexcept { neura_cancel(token_.get()); }
  /// The token of neura.h, borrowed: for a signal handler, or for functions of neura.h.
  [[nodiscard]] const neura_cancel_token *get() const & noexcept { return token_.get(); }
  const neura_cancel_token *get() const && = delete;

 private:
  detail::Owned<neura_cancel_token, neura_cancel_free> token_;
};

}  // namespace NEURA_MODE
}  // namespace neura

#endif  // NEURA_CPP17
#endif  // NEURA_CANCEL_HPP
