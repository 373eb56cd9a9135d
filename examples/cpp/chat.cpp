// One chat; prints the reply's JSON. The key comes from NEURA_API_KEY.
#include <iostream>
#include "neura.hpp"

int main() {
  const auto request = R"({"model":"gpt-5","messages":[{"role":"user","content":"Hello!"}]})";
  try {
    neura::Client client;
    const neura::Response reply = client.chat(request);
    std::cout << reply.body() << '\n';
  } catch (const neura::Error &error) {
    std::cerr << error.kind_name() << ": " << error.what() << '\n';
    return 1;
  }
}
