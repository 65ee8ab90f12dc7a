#include <napi.h>

#include "arguments.h"
#include "compare-logits.h"
#include "engine-wrap.h"
#include "environment.h"
#include "file-wrap.h"
#include "model-wrap.h"
#include "platform/backend.h"
#include "sae-wrap.h"
#include "spool-wrap.h"
#include "statistics.h"
#include "unembed.h"

namespace corrsteer::binding {

namespace {

Napi::Value Initialize(const Napi::CallbackInfo & info) {
    const Napi::Object options = read_object(info[0], "options");
    return translate_errors(info.Env(), [&] {
        load_backends(read_string(options.Get("backendDirectory"), "backendDirectory"),
                      read_strings(options.Get("plugins"), "plugins"));
        return info.Env().Undefined();
    });
}

Napi::Value Devices(const Napi::CallbackInfo & info) {
    Napi::Array array = Napi::Array::New(info.Env());
    for (const auto & device : list_devices()) {
        Napi::Object object = Napi::Object::New(info.Env());
        object.Set("name", device.name);
        object.Set("description", device.description);
        object.Set("type", device.type);
        object.Set("memoryFreeBytes", static_cast<double>(device.memory_free_bytes));
        object.Set("memoryTotalBytes", static_cast<double>(device.memory_total_bytes));
        array.Set(array.Length(), object);
    }
    return array;
}

void SetLogLevel(const Napi::CallbackInfo & info) {
    set_log_level(read_choice<log_level>(info[0], "level",
                                         {{"inherit", log_level::inherit},
                                          {"silent", log_level::silent},
                                          {"error", log_level::error},
                                          {"warn", log_level::warn},
                                          {"info", log_level::info},
                                          {"debug", log_level::debug}}));
}

/// Threads of ours must have ended before the environment goes: they would call into it.
void stop_all(environment * state) {
    for (const auto & each : state->running) {
        if (const auto alive = each.lock()) alive->environment_ends();
    }
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
    auto * state = new environment;
    env.SetInstanceData(state);
    env.AddCleanupHook(stop_all, state);
    state->model = Napi::Persistent(model_wrap::define(env));
    state->engine = Napi::Persistent(engine_wrap::define(env));
    state->steering = Napi::Persistent(steering_wrap::define(env));
    state->sae = Napi::Persistent(sae_wrap::define(env));
    state->spool = Napi::Persistent(spool_wrap::define(env));
    state->safetensors = Napi::Persistent(safetensors_wrap::define(env));
    state->file_lock = Napi::Persistent(file_lock_wrap::define(env));
    state->cancel = Napi::Persistent(cancel_wrap::define(env));

    exports.Set("builtForRelease", CORRSTEER_LLAMA_RELEASE);
    exports.Set("loadedRelease", loaded_release());
    exports.Set("initialize", Napi::Function::New(env, Initialize));
    exports.Set("devices", Napi::Function::New(env, Devices));
    exports.Set("setLogLevel", Napi::Function::New(env, SetLogLevel));
    exports.Set("loadModel", Napi::Function::New(env, model_wrap::Load));
    exports.Set("dequantizeModel", Napi::Function::New(env, model_wrap::Dequantize));
    exports.Set("createCancel", Napi::Function::New(env, cancel_wrap::Create));
    exports.Set("createEngine", Napi::Function::New(env, engine_wrap::Create));
    exports.Set("createSteering", Napi::Function::New(env, steering_wrap::Create));
    exports.Set("loadSae", Napi::Function::New(env, sae_wrap::Load));
    exports.Set("createSpool", Napi::Function::New(env, spool_wrap::Create));
    exports.Set("permutationNull", Napi::Function::New(env, PermutationNull));
    exports.Set("bootstrapTop", Napi::Function::New(env, BootstrapTop));
    exports.Set("compareLogits", Napi::Function::New(env, CompareLogits));
    exports.Set("unembed", Napi::Function::New(env, Unembed));
    exports.Set("openSafetensors", Napi::Function::New(env, safetensors_wrap::Open));
    exports.Set("lockFile", Napi::Function::New(env, file_lock_wrap::Lock));
    return exports;
}

} // namespace

} // namespace corrsteer::binding

static Napi::Object Init(Napi::Env env, Napi::Object exports) {
    return corrsteer::binding::Init(env, exports);
}
NODE_API_MODULE(corrsteer, Init)
