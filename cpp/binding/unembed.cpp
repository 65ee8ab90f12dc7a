#include "unembed.h"

#include "arguments.h"
#include "async.h"
#include "engine/unembedding.h"
#include "model-wrap.h"

namespace corrsteer::binding {

namespace {

Napi::Value to_javascript(Napi::Env env, const token_logits & found) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("tokens", to_int32_array(env, found.tokens));
    object.Set("logits", to_float32_array(env, found.logits));
    return object;
}

} // namespace

Napi::Value Unembed(const Napi::CallbackInfo & info) {
    const Napi::Object plan = read_object(info[0], "plan");
    const std::string path = read_string(plan.Get("path"), "path");
    const auto directions = read_float32_array(plan.Get("directions"), "directions");
    const uint32_t n_directions = read_uint32(plan.Get("nDirections"), "nDirections");
    const uint32_t top_k = read_uint32(plan.Get("topK"), "topK");
    const int threads = read_int(plan.Get("threads"), "threads");
    return run_async(
        info.Env(),
        [=, cancel = read_cancel(info, 1)] { return unembed(path, directions, n_directions, top_k, threads, *cancel); },
        [](Napi::Env env, const unembedded & found) {
            Napi::Object object = Napi::Object::New(env);
            object.Set("promoted", to_javascript(env, found.promoted));
            object.Set("suppressed", to_javascript(env, found.suppressed));
            return object;
        });
}

} // namespace corrsteer::binding
