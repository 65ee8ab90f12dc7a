#pragma once

#include <exception>

#include <napi.h>

#include "platform/error.h"

namespace corrsteer::binding {

/// The JavaScript error of a core error: a RangeError or TypeError for a caller's mistake, an Error else; with code,
/// details.
Napi::Error to_javascript(Napi::Env env, const error & reason);
Napi::Error to_javascript(Napi::Env env, std::exception_ptr reason);

/// Runs `body`, which may throw core errors, and throws them as JavaScript errors.
template <typename Body>
auto translate_errors(Napi::Env env, Body && body) {
    try {
        return body();
    } catch (const Napi::Error &) {
        throw;
    } catch (...) {
        throw to_javascript(env, std::current_exception());
    }
}

} // namespace corrsteer::binding
