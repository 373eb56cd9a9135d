// Streams two answers at once with co_await, on one thread. C++20. The key comes from NEURA_API_KEY.
#include <poll.h>
#include <coroutine>
#include <exception>
#include <iostream>
#include "neura/async.hpp"

struct Task {  // of your framework, or as short as this
  struct promise_type {
    Task get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
    void unhandled_exception() { std::terminate(); }
  };
};

Task answer(neura::Queue &queue, const neura::Client &client, std::string request, int &failed) {
  try {
    std::string words;
    neura::Stream stream = co_await client.chat_stream_async(queue, request);
    while (auto event = co_await stream.next_async(queue)) words += event->text();
    std::cout << words << std::endl;
  } catch (const neura::Error &error) {
    std::cerr << error.kind_name() << ": " << error.what() << std::endl;
    failed = 1;
  }
}

int main() {
  int failed = 0;
  try {
    neura::Client client;
    neura::Queue queue;
    answer(queue, client, R"({"model":"gpt-5","messages":[{"role":"user","content":"Hello!"}]})", failed);
    answer(queue, client, R"({"model":"gpt-5","messages":[{"role":"user","content":"Goodbye!"}]})", failed);
    while (queue.pending() > 0) {
      pollfd watched = {queue.fd(), POLLIN, 0};
      poll(&watched, 1, -1);
      queue.dispatch();
    }
  } catch (const neura::Error &error) {
    std::cerr << error.kind_name() << ": " << error.what() << std::endl;
    return 1;
  }
  return failed;
}
