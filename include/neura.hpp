/*
 * neura for C++17 and later: header-only classes over neura.h.
 *
 * The rules of neura.h apply, with these differences.
 *
 * Errors. A failed call throws neura::Error. Each call that can throw it has a twin that does
 * not: `try_` before its name, the same arguments, and a neura::Result, which is
 * std::expected<T, neura::Error> where the library has it and otherwise a class with the same
 * members. The twin of a constructor is `try_new`. Only std::bad_alloc and what a function of
 * the caller throws can come out of a twin. Setters of options do not fail: the call with the
 * options does.
 *
 * Without exceptions (-fno-exceptions) only the twins are declared; no memory for an object of
 * the wrapper ends the program. No header needs RTTI.
 *
 * Ownership. Objects free themselves. Every class is move-only except neura::Error, because
 * C++ copies exceptions, and neura::Event. A returned std::string_view, std::span or pointer
 * is borrowed: it is valid until its object is destroyed. A temporary object would be destroyed
 * at once, so reading a view from one does not compile.
 *
 * Arguments. Text is a `const char *`, std::string or std::string_view: see neura::Text. A null
 * pointer, such as of std::getenv, is an error that says so. An absent value is an empty
 * std::optional.
 *
 *     neura::Client client;  // the key is read from NEURA_API_KEY
 *     const neura::Response reply = client.chat(R"({"model": "gpt-5", "messages": [...]})");
 *     for (const neura::Event &event : client.chat_stream(request)) std::cout << event.text();
 *
 *     neura::Result<neura::Response> result = client.try_chat(request);
 *     if (!result) std::cerr << result.error().what() << '\n';
 */
#ifndef NEURA_HPP
#define NEURA_HPP

#include "neura/config.hpp"
#ifdef NEURA_CPP17

#include "neura.h"
#include "neura/body.hpp"
#include "neura/callbacks.hpp"
#include "neura/cancel.hpp"
#include "neura/client.hpp"
#include "neura/error.hpp"
#include "neura/header.hpp"
#include "neura/log.hpp"
#include "neura/options.hpp"
#include "neura/request_options.hpp"
#include "neura/response.hpp"
#include "neura/result.hpp"
#include "neura/stream.hpp"
#include "neura/text.hpp"

#endif  // NEURA_CPP17
#endif  // NEURA_HPP
