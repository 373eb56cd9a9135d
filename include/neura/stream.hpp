/* Streams and their events. */
#ifndef NEURA_STREAM_HPP
#define NEURA_STREAM_HPP

#include "header.hpp"
#ifdef NEURA_CPP17

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace neura {
inline namespace NEURA_MODE {

#ifdef NEURA_HAS_COROUTINES
class Queue;
class OwnedEvent;
template <typename T>
class Awaitable;
#endif

/// One event. Its texts are borrowed until its stream reads the next event or is destroyed;
/// the event itself may be copied.
class Event {
 public:
  /// An event of neura.h.
  explicit Event(const neura_event *event) noexcept : event_(event) {}

  /// The event's name; `message` if the server sent no name, and in a chat stream.
  [[nodiscard]] std::string_view name() const noexcept {
    return detail::present(neura_event_name(event_));
  }
  /// The event's data; in a chat stream one chunk's JSON text.
  [[nodiscard]] std::string_view data() const noexcept {
    std::size_t length = 0;
    const char *data = neura_event_data(event_, &length);
    return {data, length};
  }
  /// The last id that the server sent; empty if it sent none, and in a chat stream.
  [[nodiscard]] std::string_view id() const noexcept {
    return detail::present(neura_event_id(event_));
  }
  /// The words that a chunk of a chat adds to the answer; empty if it adds none.
  [[nodiscard]] std::string_view text() const noexcept {
    return detail::present(neura_event_text(event_));
  }

 private:
  const neura_event *event_;
};

/// The end of a stream's iterators.
struct StreamEnd {};

/// An input iterator over a stream: Item is Event or Result<Event>.
template <typename Source, typename Item>
class StreamIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = Item;
  using difference_type = std::ptrdiff_t;
  using pointer = const Item *;
  using reference = const Item &;

  StreamIterator() = default;
  explicit StreamIterator(Source &source) : source_(&source), item_(source.read()) {}
  [[nodiscard]] reference operator*() const noexcept { return *item_; }
  [[nodiscard]] pointer operator->() const noexcept { return &*item_; }
  StreamIterator &operator++() {
    item_ = source_->read();
    return *this;
  }
  void operator++(int) { ++*this; }
  friend bool operator==(const StreamIterator &at, StreamEnd) noexcept { return !at.item_; }
  friend bool operator!=(const StreamIterator &at, StreamEnd) noexcept {
    return at.item_.has_value();
  }
  friend bool operator==(StreamEnd, const StreamIterator &at) noexcept { return !at.item_; }
  friend bool operator!=(StreamEnd, const StreamIterator &at) noexcept {
    return at.item_.has_value();
  }

 private:
  Source *source_ = nullptr;
  std::optional<Item> item_;
};

/// An open stream: an input range, which is read once, with a range-for, with `next` or with
/// std::views. An event cannot be read from a temporary stream, which would close it.
class Stream {
 public:
  using Handle = neura_stream;
  /// Takes ownership of a stream of neura.h.
  explicit Stream(neura_stream *stream) noexcept : stream_(stream) {}

  [[nodiscard]] int status() const noexcept { return neura_stream_status(stream_.get()); }
  [[nodiscard]] std::optional<std::string_view> header(const Text &name) const & {
    if (name.problem() != nullptr) return std::nullopt;
    return detail::text(neura_stream_header(stream_.get(), name.get()));
  }
  std::optional<std::string_view> header(const Text &name) const && = delete;
  /// All headers in order.
  [[nodiscard]] std::vector<Header> headers() const & {
    return detail::headers(neura_stream_header_at, stream_.get());
  }
  std::vector<Header> headers() const && = delete;
  [[nodiscard]] std::optional<std::string_view> request_id() const & noexcept {
    return detail::text(neura_stream_request_id(stream_.get()));
  }
  std::optional<std::string_view> request_id() const && = delete;
  /// How many times the request was sent.
  [[nodiscard]] int attempts() const noexcept { return neura_stream_attempts(stream_.get()); }
  /// One of `NEURA_RATE_LIMIT_...`; absent if the server did not send it.
  [[nodiscard]] std::optional<std::int64_t> rate_limit(neura_rate_limit value) const noexcept {
    return detail::number<std::int64_t>(neura_stream_rate_limit(stream_.get(), value));
  }

  /// The next event; absent when the stream is complete.
  [[nodiscard]] Result<std::optional<Event>> try_next() & {
    neura_error *error = nullptr;
    std::optional<Event> event = next_or(&error);
    if (error != nullptr) return Unexpected(Error(error));
    return event;
  }
  Result<std::optional<Event>> try_next() && = delete;

#ifdef NEURA_HAS_COROUTINES
  /// The next event, to co_await; absent when the stream is complete. See neura/async.hpp.
  Awaitable<std::optional<OwnedEvent>> next_async(Queue &queue);
#endif

  /// The stream of neura.h, borrowed.
  [[nodiscard]] neura_stream *get() const & noexcept { return stream_.get(); }
  neura_stream *get() const && = delete;

  /// The events as a range of results, of which only the last may be an error.
  class Results {
   public:
    using Iterator = StreamIterator<Results, Result<Event>>;

    explicit Results(Stream &stream) noexcept : stream_(&stream) {}
    /// Reads the first event.
    [[nodiscard]] Iterator begin() { return Iterator(*this); }
    [[nodiscard]] StreamEnd end() const noexcept { return {}; }

   private:
    friend Iterator;
    std::optional<Result<Event>> read() {
      if (failed_) return std::nullopt;
      Result<std::optional<Event>> next = stream_->try_next();
      failed_ = !next;
      if (!next) return Result<Event>(Unexpected(std::move(next).error()));
      if (!*next) return std::nullopt;
      return Result<Event>(**next);
    }

    Stream *stream_;
    bool failed_ = false;
  };
  [[nodiscard]] Results try_events() & noexcept { return Results(*this); }
  Results try_events() && = delete;

#if NEURA_HAS_EXCEPTIONS
  /// The next event; absent when the stream is complete.
  [[nodiscard]] std::optional<Event> next() & { return read(); }
  std::optional<Event> next() && = delete;

  using End = StreamEnd;
  using Iterator = StreamIterator<Stream, Event>;
  /// Reads the first event.
  [[nodiscard]] Iterator begin() & { return Iterator(*this); }
  Iterator begin() && = delete;
  [[nodiscard]] End end() const noexcept { return {}; }
#endif

 private:
  friend StreamIterator<Stream, Event>;

  std::optional<Event> next_or(neura_error **error) noexcept {
    const neura_event *event = nullptr;
    neura_stream_next(stream_.get(), &event, error);
    if (event == nullptr) return std::nullopt;
    return Event(event);
  }
  std::optional<Event> read() {
    neura_error *error = nullptr;
    std::optional<Event> event = next_or(&error);
    if (error != nullptr) detail::fail(Error(error));
    return event;
  }

  detail::Owned<neura_stream, neura_stream_free> stream_;
};

}  // namespace NEURA_MODE
}  // namespace neura

#endif  // NEURA_CPP17
#endif  // NEURA_STREAM_HPP
