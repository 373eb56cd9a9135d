// The calls of a case with neura.hpp.
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>

#include "neura.hpp"
#include "results.h"
#include "run.h"

namespace {

std::optional<neura::Options> client_options;  // for the functions that need no client
std::optional<neura::Client> client;

void found_text(const char *name, std::optional<std::string_view> text) {
  if (text) {
    found(name, std::string(*text).c_str());
  } else {
    found(name, nullptr);
  }
}

void found_error(const neura::Error &error) {
  found_text("kind", error.kind_name());
  found_text("message", error.what());
  found_text("code", error.code());
  found_text("type", error.type());
  found_text("param", error.param());
  found_text("request_id", error.request_id());
  found_text("retryable", error.retryable() ? "true" : "false");
  found_number("status", error.status().value_or(-1));
  found_number("attempts", error.attempts().value_or(-1));
  const auto wait = error.retry_after().value_or(std::chrono::milliseconds(-1));
  found_number("retry_after_ms", wait.count());
  if (const auto body = error.body()) found_bytes("body", body->data(), body->size());
  found("header", nullptr);
}

// Whether a name of the table is this one.
bool is(const char *name, const char *wanted) { return std::strcmp(name, wanted) == 0; }

void set_option(neura::Options &options, const char *name, const char *value) {
  if (is(name, "api_key")) options.api_key(value);
  else if (is(name, "another_api_key")) options.add_api_key(value);
  else if (is(name, "profile")) options.profile(value);
  else if (is(name, "base_url")) options.base_url(value);
  else if (is(name, "env_file") && value == nullptr) options.no_env_file();
  else if (is(name, "env_file")) options.env_file(value);
  else if (is(name, "proxy")) options.proxy(value);
  else if (is(name, "ca_file")) options.ca_file(value);
  else if (is(name, "max_retries")) options.max_retries(std::atoi(value));
  else if (is(name, "connect_timeout_ms"))
    options.connect_timeout(std::chrono::milliseconds(std::atol(value)));
  else if (is(name, "allow_http")) options.allow_http(is(value, "true"));
  else if (is(name, "replay_unsent_only")) options.replay_unsent_only(is(value, "true"));
  else failed("the option %s is unknown", name);
}

neura::RequestOptions options_of(const struct call &call) {
  neura::RequestOptions made;
  for (const pair *it = call.headers; it != nullptr && it->name != nullptr; ++it) {
    made.header(it->name, it->value);
  }
  for (const pair *it = call.options; it != nullptr && it->name != nullptr; ++it) {
    if (is(it->name, "timeout_ms"))
      made.timeout(std::chrono::milliseconds(std::atol(it->value)));
    else if (is(it->name, "max_retries"))
      made.max_retries(std::atoi(it->value));
    else if (is(it->name, "idempotency_key"))
      made.idempotency_key(it->value);
    else
      failed("the option %s is unknown", it->name);
  }
  return made;
}

void found_response(const neura::Response &response) {
  found("kind", nullptr);
  found_number("status", response.status());
  found_number("attempts", response.attempts());
  found_bytes("body", response.body().data(), response.body().size());
}

// Reads a stream to its end.
void found_stream(neura::Stream stream) {
  for (const neura::Event &event : stream) {
    const std::string name(event.name()), id(event.id()), text(event.text());
    found_event(name.c_str(), event.data().data(), event.data().size(), id.c_str(), text.c_str());
  }
  found("kind", nullptr);
  found_number("status", stream.status());
  found_number("attempts", stream.attempts());
}

void found_json(const std::string &json) {
  found("kind", nullptr);
  found_answer(json.c_str());
}

neura::Bytes body_of(const struct call &call) {
  if (call.body == nullptr) return {};
  return neura::Bytes(call.body);
}

void make(const struct call &call) {
  const neura::RequestOptions options = options_of(call);
  const char *path = filled(call.path);
  if (is(call.name, "auth_header")) {
    found("header", client->auth_header().c_str());
    found("kind", nullptr);
    found("code", nullptr);
  } else if (is(call.name, "resolve")) {
    found_json(neura::resolve(*client_options));
  } else if (is(call.name, "diagnose")) {
    found_json(neura::diagnose(*client_options));
  } else if (is(call.name, "client_usage")) {
    found_json(client->usage());
  } else if (is(call.name, "chat_stream")) {
    found_stream(client->chat_stream(call.body, options));
  } else if (is(call.name, "stream")) {
    found_stream(client->stream(call.method, path, body_of(call), options));
  } else if (is(call.name, "request")) {
    const neura::Response response = client->request(call.method, path, body_of(call), options);
    response.check();
    found_response(response);
  } else if (is(call.name, "chat")) {
    found_response(client->chat(call.body, options));
  } else if (is(call.name, "models")) {
    found_response(client->models(options));
  } else if (is(call.name, "model")) {
    found_response(client->model(std::strrchr(path, '/') + 1, options));
  } else if (is(call.name, "embeddings")) {
    found_response(client->embeddings(call.body, options));
  } else {
    failed("the call %s is unknown", call.name);
  }
}

}  // namespace

bool open_client(const struct pair *options, const struct pair *headers) {
  neura::Options &made = client_options.emplace();
  for (; options != nullptr && options->name != nullptr; ++options) {
    set_option(made, options->name, filled(options->value));
  }
  for (; headers != nullptr && headers->name != nullptr; ++headers) {
    made.header(headers->name, headers->value);
  }
  try {
    client.emplace(made);
    return true;
  } catch (const neura::Error &error) {
    found_error(error);
    return false;
  }
}

void make_call(const struct call *call) {
  try {
    make(*call);
  } catch (const neura::Error &error) {
    found_error(error);
  }
}

void close_client() {
  client.reset();
  client_options.reset();
}
