#include "model-wrap.h"

#include <atomic>

#include "arguments.h"
#include "async.h"
#include "environment.h"
#include "posted-call.h"

namespace corrsteer::binding {

namespace {

/// Reports fractions to JavaScript from the loading thread, where nothing waits for the callback: it gets the newest.
std::function<void(float)> progress_reporter(const Napi::CallbackInfo & info, const Napi::Value & callback) {
    if (!is_given(callback)) return {};
    constexpr float reported = -1;
    const auto newest = std::make_shared<std::atomic<float>>(reported);
    const auto call =
        std::make_shared<posted_call>(info.Env(), read_function(callback, "onProgress"), "corrsteer progress",
                                      [newest](Napi::Env env, const Napi::Function & function) {
                                          const float fraction = newest->exchange(reported);
                                          if (fraction != reported)
                                              function.Call({Napi::Number::New(env, static_cast<double>(fraction))});
                                          return 0;
                                      });
    return [=](float fraction) {
        *newest = fraction;
        call->post();
    };
}

Napi::Value optional_number(Napi::Env env, const std::optional<llama_token> & token) {
    return token ? Napi::Value(Napi::Number::New(env, *token)) : env.Undefined();
}

} // namespace

Napi::Function model_wrap::define(Napi::Env env) {
    return DefineClass(env, "NativeModel",
                       {property<&model_wrap::Info>("info"), method<&model_wrap::Tokenize>("tokenize"),
                        method<&model_wrap::Detokenize>("detokenize"), method<&model_wrap::Metadata>("metadata"),
                        method<&model_wrap::Dispose>("dispose")});
}

Napi::Value model_wrap::Load(const Napi::CallbackInfo & info) {
    const Napi::Object options = read_object(info[0], "options");
    model_plan plan;
    plan.path = read_string(options.Get("path"), "path");
    plan.device = read_string(options.Get("device"), "device");
    if (const Napi::Value layers = options.Get("gpuLayers"); is_given(layers)) {
        plan.gpu_layers = read_int(layers, "gpuLayers");
    }
    for (const Napi::Object & adapter : read_objects(options.Get("adapters"), "adapters")) {
        plan.adapters.push_back({read_string(adapter.Get("path"), "path"), read_double(adapter.Get("scale"), "scale")});
    }
    const auto report = progress_reporter(info, info[1]);
    const auto cancel = read_wrap<cancel_wrap>(info[2], "cancel").core();
    return run_async(
        info.Env(), [=] { return std::shared_ptr<const model>(std::make_shared<model>(plan, report, *cancel)); },
        [](Napi::Env env, std::shared_ptr<const model> loaded) -> Napi::Value {
            return make(environment_of(env).model, std::move(loaded));
        });
}

Napi::Value model_wrap::Dequantize(const Napi::CallbackInfo & info) {
    const std::string from = read_string(info[0], "from");
    const std::string to = read_string(info[1], "to");
    return run_async(info.Env(), [=] { dequantize_model(from, to); });
}

Napi::Value model_wrap::Info(const Napi::CallbackInfo & call) {
    const Napi::Env env = call.Env();
    const model_info & info = core()->info();
    Napi::Object object = Napi::Object::New(env);
    object.Set("path", info.path);
    object.Set("architecture", info.architecture);
    object.Set("name", info.name);
    object.Set("description", info.description);
    object.Set("device", info.device);
    object.Set("hostLayers", info.host_layers);
    object.Set("nLayer", info.n_layer);
    object.Set("nEmbd", info.n_embd);
    object.Set("nVocab", info.n_vocab);
    object.Set("nCtxTrain", info.n_ctx_train);
    object.Set("nParams", static_cast<double>(info.n_params));
    object.Set("sizeBytes", static_cast<double>(info.size_bytes));
    object.Set("chatTemplate",
               info.chat_template ? Napi::Value(Napi::String::New(env, *info.chat_template)) : env.Undefined());
    object.Set("bosToken", optional_number(env, info.bos));
    object.Set("eosToken", optional_number(env, info.eos));
    object.Set("addsBos", info.adds_bos);
    Napi::Array end_tokens = Napi::Array::New(env);
    for (const llama_token token : info.end_tokens) end_tokens.Set(end_tokens.Length(), token);
    object.Set("endTokens", end_tokens);
    return object;
}

Napi::Value model_wrap::Tokenize(const Napi::CallbackInfo & info) {
    const auto tokens = core()->tokenize(read_string(info[0], "text"), read_bool(info[1], "addSpecial"),
                                         read_bool(info[2], "parseSpecial"));
    return to_int32_array(info.Env(), tokens);
}

Napi::Value model_wrap::Detokenize(const Napi::CallbackInfo & info) {
    const auto source = core();
    const bool special = read_bool(info[1], "special");
    std::string bytes;
    for (const llama_token token : read_int32_array(info[0], "tokens")) {
        if (token < 0 || token >= source->info().n_vocab) {
            throw error("ERR_OUT_OF_RANGE", "tokens: expected tokens below " + std::to_string(source->info().n_vocab) +
                                                ", got " + std::to_string(token));
        }
        bytes += source->piece(token, special);
    }
    return to_uint8_array(info.Env(), bytes);
}

Napi::Value model_wrap::Metadata(const Napi::CallbackInfo & info) {
    Napi::Object object = Napi::Object::New(info.Env());
    for (const auto & [key, value] : core()->metadata()) object.Set(key, value);
    return object;
}

Napi::Value model_wrap::Dispose(const Napi::CallbackInfo & info) {
    return run_async(info.Env(), [model = std::move(core_)]() mutable { model.reset(); });
}

Napi::Function cancel_wrap::define(Napi::Env env) {
    return DefineClass(env, "NativeCancel", {method<&cancel_wrap::Request>("request")});
}

Napi::Value cancel_wrap::Create(const Napi::CallbackInfo & info) {
    return make(environment_of(info.Env()).cancel, std::make_shared<cancel_token>());
}

void cancel_wrap::Request(const Napi::CallbackInfo &) {
    core()->request();
}

std::shared_ptr<const cancel_token> read_cancel(const Napi::CallbackInfo & info, size_t i) {
    if (!is_given(info[i])) return std::make_shared<const cancel_token>();
    return read_wrap<cancel_wrap>(info[i], "cancel").core();
}

} // namespace corrsteer::binding
