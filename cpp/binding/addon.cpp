#include <napi.h>

#include "arguments.h"
#include "callback.h"
#include "compare-logits.h"
#include "engine-wrap.h"
#include "environment.h"
#include "feature-examples-wrap.h"
#include "file-wrap.h"
#include "model-wrap.h"
#include "platform/backend.h"
#include "platform/log.h"
#include "product-speeds.h"
#include "products/route.h"
#include "reconstruction-wrap.h"
#include "sae-wrap.h"
#include "spool-wrap.h"
#include "statistics.h"
#include "tensor.h"
#include "trainer-wrap.h"
#include "unembed.h"

namespace corrsteer::binding {

namespace {

void Initialize(const Napi::CallbackInfo & info) {
    const Napi::Object options = read_object(info[0], "options");
    load_backends(read_string(options.Get("backendDirectory"), "backendDirectory"),
                  read_strings(options.Get("plugins"), "plugins"));
}

Napi::Value Devices(const Napi::CallbackInfo & info) {
    Napi::Array array = Napi::Array::New(info.Env());
    for (const auto & device : list_devices()) {
        Napi::Object object = Napi::Object::New(info.Env());
        object.Set("name", device.name);
        object.Set("description", device.description);
        object.Set("backend", device.backend);
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
    state->reconstruction = Napi::Persistent(reconstruction_wrap::define(env));
    state->spool = Napi::Persistent(spool_wrap::define(env));
    state->feature_examples = Napi::Persistent(feature_examples_wrap::define(env));
    state->row_buffer = Napi::Persistent(row_buffer_wrap::define(env));
    state->trainer = Napi::Persistent(trainer_wrap::define(env));
    state->safetensors = Napi::Persistent(safetensors_wrap::define(env));
    state->file_lock = Napi::Persistent(file_lock_wrap::define(env));
    state->cancel = Napi::Persistent(cancel_wrap::define(env));
    state->array_buffer = Napi::Persistent(env.Global().Get("ArrayBuffer").As<Napi::Function>());
    state->range_error = Napi::Persistent(env.Global().Get("RangeError").As<Napi::Function>());

    exports.Set("builtForRelease", CORRSTEER_LLAMA_RELEASE);
    exports.Set("loadedRelease", loaded_release());
    exports.Set("fastestProducts", products::fastest_name());
    exports.Set("initialize", make_function<Initialize>(env));
    exports.Set("devices", make_function<Devices>(env));
    exports.Set("setLogLevel", make_function<SetLogLevel>(env));
    exports.Set("loadModel", make_function<model_wrap::Load>(env));
    exports.Set("dequantizeModel", make_function<model_wrap::Dequantize>(env));
    exports.Set("createCancel", make_function<cancel_wrap::Create>(env));
    exports.Set("createEngine", make_function<engine_wrap::Create>(env));
    exports.Set("createSteering", make_function<steering_wrap::Create>(env));
    exports.Set("loadSae", make_function<sae_wrap::Load>(env));
    exports.Set("createReconstruction", make_function<reconstruction_wrap::Create>(env));
    exports.Set("foldSae", make_function<sae_wrap::Fold>(env));
    exports.Set("readDecoderRows", make_function<sae_wrap::ReadDecoderRows>(env));
    exports.Set("readFeatureProbes", make_function<sae_wrap::ReadFeatureProbes>(env));
    exports.Set("featureNorms", make_function<sae_wrap::FeatureNorms>(env));
    exports.Set("readTensor", make_function<ReadTensor>(env));
    exports.Set("createSpool", make_function<spool_wrap::Create>(env));
    exports.Set("createFeatureExamples", make_function<feature_examples_wrap::Create>(env));
    exports.Set("nearestDirections", make_function<NearestDirections>(env));
    exports.Set("createRowBuffer", make_function<row_buffer_wrap::Create>(env));
    exports.Set("createTrainer", make_function<trainer_wrap::Create>(env));
    exports.Set("permutationNull", make_function<PermutationNull>(env));
    exports.Set("bootstrapTop", make_function<BootstrapTop>(env));
    exports.Set("compareLogits", make_function<CompareLogits>(env));
    exports.Set("measureProducts", make_function<MeasureProducts>(env));
    exports.Set("unembed", make_function<Unembed>(env));
    exports.Set("openSafetensors", make_function<safetensors_wrap::Open>(env));
    exports.Set("lockFile", make_function<file_lock_wrap::Lock>(env));
    return exports;
}

} // namespace

} // namespace corrsteer::binding

static Napi::Object Init(Napi::Env env, Napi::Object exports) {
    return corrsteer::binding::translate_errors(env, [&] { return corrsteer::binding::Init(env, exports); });
}
NODE_API_MODULE(corrsteer, Init)
