#include "trainer-wrap.h"

#include <algorithm>
#include <functional>

#include "arguments.h"
#include "async.h"
#include "model-wrap.h"

namespace corrsteer::binding {

namespace {

training_options read_options(const Napi::Object & object) {
    const auto number = [&](const char * name) { return read_double(object.Get(name), name); };
    training_options o;
    o.layers = read_int32_array(object.Get("layers"), "layers");
    o.d_model = read_int(object.Get("dModel"), "dModel");
    o.d_sae = read_int(object.Get("dSae"), "dSae");
    o.k = number("k");
    o.activation = read_choice<training_activation>(
        object.Get("activation"), "activation",
        {{"batchtopk", training_activation::batch_top_k}, {"topk", training_activation::top_k}});
    o.nested = read_int32_array(object.Get("nested"), "nested");
    o.batch_rows = read_int(object.Get("batchRows"), "batchRows");
    o.steps = read_size(object.Get("steps"), "steps");
    o.warm_up_steps = read_size(object.Get("warmUpSteps"), "warmUpSteps");
    o.decay_steps = read_size(object.Get("decaySteps"), "decaySteps");
    o.learning_rate = number("learningRate");
    o.first_decay = number("firstDecay");
    o.second_decay = number("secondDecay");
    o.epsilon = number("epsilon");
    o.most_gradient = number("mostGradient");
    o.auxiliary_coefficient = number("auxiliaryCoefficient");
    o.dead_steps = number("deadSteps");
    o.threshold_rate = number("thresholdRate");
    o.seed = read_size(object.Get("seed"), "seed");
    o.device = read_string(object.Get("device"), "device");
    o.threads = read_int(object.Get("threads"), "threads");
    return o;
}

Napi::Value to_javascript(Napi::Env env, const std::vector<step_report> & reports) {
    Napi::Object object = Napi::Object::New(env);
    const auto set = [&](const char * name, auto member) {
        std::vector<double> values;
        for (const step_report & report : reports) values.push_back(static_cast<double>(report.*member));
        object.Set(name, to_float64_array(env, values));
    };
    set("loss", &step_report::loss);
    set("auxiliaryLoss", &step_report::auxiliary_loss);
    set("variance", &step_report::variance);
    set("active", &step_report::active);
    set("threshold", &step_report::threshold);
    set("dead", &step_report::dead);
    return object;
}

struct state {
    double input_scale;
    double smallest_mean;
    uint64_t step;
    std::vector<std::vector<float>> parts;
};

void restore(training::sae_parameters & sae, const state & saved) {
    const auto parts = sae.parts();
    for (size_t i = 0; i < parts.size(); i++) {
        const std::vector<float> & values = saved.parts[i];
        if (values.size() == parts[i].size) continue;
        throw error("ERR_SHAPE_MISMATCH", parts[i].name + ": expected " + std::to_string(parts[i].size) +
                                              " values, got " + std::to_string(values.size()));
    }
    for (size_t i = 0; i < parts.size(); i++) std::copy(saved.parts[i].begin(), saved.parts[i].end(), parts[i].values);
    sae.input_scale = saved.input_scale;
    sae.smallest_mean = saved.smallest_mean;
    sae.step = saved.step;
    sae.measure(0, static_cast<size_t>(sae.d_sae));
}

} // namespace

Napi::Function row_buffer_wrap::define(Napi::Env env) {
    return DefineClass(env, "NativeRowBuffer",
                       {method<&row_buffer_wrap::Begin>("begin"), method<&row_buffer_wrap::Fill>("fill"),
                        method<&row_buffer_wrap::Dispose>("dispose")});
}

Napi::Value row_buffer_wrap::Create(const Napi::CallbackInfo & info) {
    const Napi::Object object = read_object(info[0], "options");
    auto layers = read_int32_array(object.Get("layers"), "layers");
    const int n_embd = read_int(object.Get("nEmbd"), "nEmbd");
    const uint64_t capacity = read_size(object.Get("capacity"), "capacity");
    return make(environment_of(info.Env()).row_buffer,
                std::make_shared<row_buffer>(std::move(layers), n_embd, capacity));
}

Napi::Value row_buffer_wrap::Begin(const Napi::CallbackInfo & info) {
    core()->begin(read_uint32_array(info[0], "lengths"));
    return Napi::Number::New(info.Env(), static_cast<double>(core()->n_rows()));
}

Napi::Value row_buffer_wrap::Fill(const Napi::CallbackInfo & info) {
    const auto buffer = core();
    const int layer = read_int(info[0], "layer");
    const std::vector<float> rows = read_float32_array(info[1], "rows");
    buffer->fill(layer, rows);
    return info.Env().Undefined();
}

Napi::Value row_buffer_wrap::Dispose(const Napi::CallbackInfo & info) {
    return run_async(info.Env(), [buffer = std::move(core_)]() mutable { buffer.reset(); });
}

Napi::Function trainer_wrap::define(Napi::Env env) {
    return DefineClass(env, "NativeTrainer",
                       {method<&trainer_wrap::Train>("train"), method<&trainer_wrap::State>("state"),
                        method<&trainer_wrap::Restore>("restore"), method<&trainer_wrap::Trained>("trained"),
                        method<&trainer_wrap::Dispose>("dispose")});
}

Napi::Value trainer_wrap::Create(const Napi::CallbackInfo & info) {
    const training_options options = read_options(read_object(info[0], "options"));
    return run_async(
        info.Env(), [options] { return std::make_shared<sae_trainer>(options); },
        [](Napi::Env env, std::shared_ptr<sae_trainer> trainer) {
            return make(environment_of(env).trainer, std::move(trainer));
        });
}

Napi::Value trainer_wrap::Train(const Napi::CallbackInfo & info) {
    const auto buffer = read_wrap<row_buffer_wrap>(info[0], "buffer").core();
    const uint64_t chunk = read_size(info[1], "chunk");
    const int batch = read_int(info[2], "batch");
    return run_async(
        info.Env(), [=, trainer = core()] { return trainer->train(*buffer, chunk, batch); },
        [](Napi::Env env, const std::vector<step_report> & reports) { return to_javascript(env, reports); });
}

/// Copies into arrays that are JavaScript's already.
Napi::Value trainer_wrap::State(const Napi::CallbackInfo & info) {
    const auto trainer = core();
    training::sae_parameters & sae = trainer->parameters(read_int(info[0], "layer"));
    Napi::Object parts = Napi::Object::New(info.Env());
    std::vector<std::pair<training::sae_parameters::part, float *>> copies;
    for (const auto & part : sae.parts()) {
        Napi::Float32Array values = make_float32_array(info.Env(), part.size);
        parts.Set(part.name, values);
        copies.emplace_back(part, values.Data());
    }
    Napi::Object object = Napi::Object::New(info.Env());
    object.Set("inputScale", sae.input_scale);
    object.Set("smallestMean", sae.smallest_mean);
    object.Set("step", static_cast<double>(sae.step));
    object.Set("parts", parts);
    const auto held = std::make_shared<Napi::ObjectReference>(Napi::Persistent(object));
    return run_async(
        info.Env(),
        [trainer, copies = std::move(copies)] {
            for (const auto & [part, to] : copies) std::copy(part.values, part.values + part.size, to);
            return 0;
        },
        [held](Napi::Env, int) -> Napi::Value { return held->Value(); });
}

Napi::Value trainer_wrap::Restore(const Napi::CallbackInfo & info) {
    const auto trainer = core();
    const int layer = read_int(info[0], "layer");
    const Napi::Object object = read_object(info[1], "state");
    const Napi::Object parts = read_object(object.Get("parts"), "parts");
    state saved{read_double(object.Get("inputScale"), "inputScale"),
                read_double(object.Get("smallestMean"), "smallestMean"),
                read_size(object.Get("step"), "step"),
                {}};
    for (const auto & part : trainer->parameters(layer).parts())
        saved.parts.push_back(read_float32_array(parts.Get(part.name), part.name));
    return run_async(info.Env(),
                     [trainer, layer, saved = std::move(saved)] { restore(trainer->parameters(layer), saved); });
}

Napi::Value trainer_wrap::Trained(const Napi::CallbackInfo & info) {
    const int layer = read_int(info[0], "layer");
    return run_async(
        info.Env(), [trainer = core(), layer] { return trainer->trained(layer); },
        [](Napi::Env env, const trained_sae & sae) -> Napi::Value {
            Napi::Object object = Napi::Object::New(env);
            object.Set("encoder", to_float32_array(env, sae.encoder));
            object.Set("encoderBias", to_float32_array(env, sae.encoder_bias));
            object.Set("decoder", to_float32_array(env, sae.decoder));
            object.Set("decoderBias", to_float32_array(env, sae.decoder_bias));
            object.Set("threshold", sae.threshold);
            return object;
        });
}

Napi::Value trainer_wrap::Dispose(const Napi::CallbackInfo & info) {
    return run_async(info.Env(), [trainer = std::move(core_)]() mutable { trainer.reset(); });
}

} // namespace corrsteer::binding
