#include "errors.h"

#include <new>

namespace corrsteer::binding {

Napi::Error to_javascript(Napi::Env env, const error & reason) {
    const auto make = [&]() -> Napi::Error {
        if (reason.code == "ERR_INVALID_ARGUMENT") return Napi::TypeError::New(env, reason.what());
        if (reason.code == "ERR_OUT_OF_RANGE") return Napi::RangeError::New(env, reason.what());
        return Napi::Error::New(env, reason.what());
    };
    Napi::Error result = make();
    Napi::Object details = Napi::Object::New(env);
    for (const auto & detail : reason.details) {
        if (const auto * number = std::get_if<double>(&detail.value)) {
            details.Set(detail.name, *number);
        } else {
            details.Set(detail.name, std::get<std::string>(detail.value));
        }
    }
    result.Set("code", Napi::String::New(env, reason.code));
    result.Set("details", details);
    return result;
}

Napi::Error to_javascript(Napi::Env env, std::exception_ptr reason) {
    try {
        std::rethrow_exception(reason);
    } catch (const error & e) {
        return to_javascript(env, e);
    } catch (const std::bad_alloc &) {
        return to_javascript(env, error("ERR_OUT_OF_MEMORY", "out of memory"));
    } catch (const std::exception & e) {
        return to_javascript(env, error("ERR_INTERNAL", e.what()));
    } catch (...) {
        return to_javascript(env, error("ERR_INTERNAL", "unknown failure"));
    }
}

} // namespace corrsteer::binding
