#pragma once

#include <type_traits>

#include <napi.h>

#include "errors.h"

namespace corrsteer::binding {

/// All that JavaScript calls goes through here: what `body` throws arrives there as an error, where a C++ exception
/// would end the process. scripts/check-cpp.mjs refuses functions and members that are made past this file and wrap.h.
template <typename Body>
Napi::Value answer(const Napi::CallbackInfo & info, Body && body) {
    return translate_errors(info.Env(), [&]() -> Napi::Value {
        if constexpr (std::is_void_v<decltype(body())>) {
            body();
            return info.Env().Undefined();
        } else {
            return body();
        }
    });
}

/// A JavaScript function of `body`, which takes Napi::CallbackInfo and gives a value or nothing.
template <auto body>
Napi::Function make_function(Napi::Env env) {
    return Napi::Function::New(
        env, [](const Napi::CallbackInfo & info) { return answer(info, [&] { return body(info); }); });
}

} // namespace corrsteer::binding
