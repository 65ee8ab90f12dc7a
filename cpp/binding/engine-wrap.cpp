#include "engine-wrap.h"

#include <algorithm>

#include "arguments.h"
#include "async.h"
#include "engine-events.h"
#include "model-wrap.h"
#include "run-arguments.h"
#include "steering-arguments.h"

namespace corrsteer::binding {

Napi::Function steering_wrap::define(Napi::Env env) {
    return DefineClass(
        env, "NativeSteering",
        {property<&steering_wrap::Fingerprint>("fingerprint"), property<&steering_wrap::Layers>("layers")});
}

Napi::Value steering_wrap::Create(const Napi::CallbackInfo & info) {
    return make(environment_of(info.Env()).steering, read_steering(info[0]));
}

Napi::Value steering_wrap::Fingerprint(const Napi::CallbackInfo & info) {
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(core()->fingerprint()));
    return Napi::String::New(info.Env(), text);
}

Napi::Value steering_wrap::Layers(const Napi::CallbackInfo & info) {
    Napi::Array layers = Napi::Array::New(info.Env());
    for (const auto & at : core()->layers()) layers.Set(layers.Length(), at.layer);
    return layers;
}

engine_host::engine_host(Napi::Env env, std::shared_ptr<const model> model, const engine_options & options,
                         const Napi::Function & sink)
    : model_(std::move(model)), options_(options),
      events_(env, sink, "corrsteer engine", [mailbox = mailbox_](Napi::Env env, const Napi::Function & sink) {
          return hand_over(*mailbox, env, sink);
      }) {}

void engine_host::open() {
    engine_ = std::make_unique<engine>(model_, options_, [this](std::list<engine_event> & events) noexcept {
        {
            const std::lock_guard<std::mutex> lock(mailbox_->mutex);
            mailbox_->events.splice(mailbox_->events.end(), events);
        }
        events_.post();
    });
}

engine_host::~engine_host() {
    stop();
}

void engine_host::stop() {
    engine_.reset();
}

void engine_host::environment_ends() {
    stop();
    events_.forget();
}

int engine_host::hand_over(mailbox & mailbox, Napi::Env env, const Napi::Function & sink) {
    std::list<engine_event> events;
    {
        const std::lock_guard<std::mutex> lock(mailbox.mutex);
        events.swap(mailbox.events);
    }
    if (events.empty()) return 0; // they went with an earlier post
    Napi::Array array = Napi::Array::New(env);
    for (const auto & event : events) array.Set(array.Length(), to_javascript(env, event));
    sink.Call({array});
    return static_cast<int>(std::count_if(events.begin(), events.end(), ends_run));
}

Napi::Function engine_wrap::define(Napi::Env env) {
    return DefineClass(env, "NativeEngine",
                       {property<&engine_wrap::ContextTokens>("contextTokens"), method<&engine_wrap::Submit>("submit"),
                        method<&engine_wrap::Cancel>("cancel"), method<&engine_wrap::Statistics>("statistics"),
                        method<&engine_wrap::Dispose>("dispose")});
}

Napi::Value engine_wrap::Create(const Napi::CallbackInfo & info) {
    const auto source = read_wrap<model_wrap>(info[0], "model").core();
    const engine_options options = read_engine_options(info[1]);
    auto host = std::make_shared<engine_host>(info.Env(), source, options, read_function(info[2], "onEvents"));
    environment_of(info.Env()).running.insert(host);
    return run_async(
        info.Env(),
        [host]() -> std::exception_ptr {
            try {
                host->open();
                return nullptr;
            } catch (...) {
                return std::current_exception();
            }
        },
        [host](Napi::Env env, std::exception_ptr failure) -> Napi::Value {
            if (!failure) return make(environment_of(env).engine, host);
            environment_of(env).running.erase(host);
            host->events().close(env);
            std::rethrow_exception(failure);
        });
}

Napi::Value engine_wrap::ContextTokens(const Napi::CallbackInfo & info) {
    return Napi::Number::New(info.Env(), core()->get().context_tokens());
}

Napi::Value engine_wrap::Submit(const Napi::CallbackInfo & info) {
    const auto host = core();
    std::vector<run_spec> specs;
    for (const auto & run : read_objects(info[0], "runs")) specs.push_back(read_run(run));
    const std::vector<int> runs = host->get().submit(std::move(specs));
    host->events().owe(info.Env(), static_cast<int>(runs.size())); // they arrive on this thread, later
    const auto ids = Napi::Array::New(info.Env(), runs.size());
    for (size_t i = 0; i < runs.size(); i++) ids.Set(static_cast<uint32_t>(i), runs[i]);
    return ids;
}

void engine_wrap::Cancel(const Napi::CallbackInfo & info) {
    core()->get().cancel(read_int(info[0], "run"));
}

Napi::Value engine_wrap::Statistics(const Napi::CallbackInfo & info) {
    const engine_statistics statistics = core()->get().statistics();
    Napi::Object object = Napi::Object::New(info.Env());
    object.Set("decodes", static_cast<double>(statistics.decodes));
    object.Set("decodedTokens", static_cast<double>(statistics.decoded_tokens));
    object.Set("sharedTokens", static_cast<double>(statistics.shared_tokens));
    object.Set("decodeSeconds", statistics.decode_seconds);
    object.Set("deviceRowsSteered", static_cast<double>(statistics.on_device.steered));
    object.Set("deviceRowsRead", static_cast<double>(statistics.on_device.read));
    object.Set("deviceRowsWritten", static_cast<double>(statistics.on_device.written));
    return object;
}

/// Resolves when the thread has ended and the context is freed; the events of runs that were cut short are on their
/// way.
Napi::Value engine_wrap::Dispose(const Napi::CallbackInfo & info) {
    const std::shared_ptr<engine_host> host = std::move(core_);
    return run_async(
        info.Env(),
        [host] {
            if (host) host->stop();
            return 0;
        },
        [host](Napi::Env env, int) -> Napi::Value {
            if (host) {
                environment_of(env).running.erase(host);
                host->events().close(env);
            }
            return env.Undefined();
        });
}

} // namespace corrsteer::binding
