/* What the compiler offers: the language standard, exceptions, and parts of the library. */
#ifndef NEURA_CONFIG_HPP
#define NEURA_CONFIG_HPP

// MSVC keeps the old value of __cplusplus unless /Zc:__cplusplus is given.
#if defined(_MSVC_LANG)
#define NEURA_CPLUSPLUS _MSVC_LANG
#elif defined(__cplusplus)
#define NEURA_CPLUSPLUS __cplusplus
#else
#define NEURA_CPLUSPLUS 0L
#endif

#if NEURA_CPLUSPLUS < 201703L
#error "neura.hpp needs C++17 or later: compile with -std=c++17 or /std:c++17, or use neura.h"
#else

/// Defined if the compiler can read neura.hpp; otherwise the error above is the first message, and
/// the only one of the headers.
#define NEURA_CPP17 1

#include <cstddef>
#if __has_include(<version>)
#include <version>
#endif

#if defined(__cpp_exceptions) || defined(__EXCEPTIONS) || defined(_CPPUNWIND)
#define NEURA_HAS_EXCEPTIONS 1
#else
#define NEURA_HAS_EXCEPTIONS 0
#endif

#if defined(__cpp_lib_expected) && __cpp_lib_expected >= 202202L
#define NEURA_HAS_EXPECTED 1
#else
#define NEURA_HAS_EXPECTED 0
#endif

#if defined(__cpp_lib_span) && __cpp_lib_span >= 202002L
#define NEURA_HAS_SPAN 1
#else
#define NEURA_HAS_SPAN 0
#endif

#if defined(__cpp_impl_coroutine) && NEURA_HAS_EXCEPTIONS
/// Defined if calls can be awaited: see neura/async.hpp.
#define NEURA_HAS_COROUTINES 1
#endif

/// The inline namespace of everything in `neura`. Its name differs where the code differs, so
/// that units of one program may be compiled in different ways: a class that one passes to the
/// other is then an error of the linker, and not a crash.
#if NEURA_HAS_EXCEPTIONS && NEURA_HAS_EXPECTED
#define NEURA_MODE throwing_with_expected
#elif NEURA_HAS_EXCEPTIONS
#define NEURA_MODE throwing
#elif NEURA_HAS_EXPECTED
#define NEURA_MODE without_exceptions_with_expected
#else
#define NEURA_MODE without_exceptions
#endif

#endif  // C++17
#endif  // NEURA_CONFIG_HPP
