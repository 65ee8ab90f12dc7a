#include "feature-examples-wrap.h"

#include "arguments.h"
#include "async.h"
#include "model-wrap.h"
#include "sae-wrap.h"
#include "sae/nearest-directions.h"
#include "spool-wrap.h"

namespace corrsteer::binding {

namespace {

example_options read_options(const Napi::Value & value) {
    const Napi::Object object = read_object(value, "options");
    const auto number = [&](const char * name) { return read_uint32(object.Get(name), name); };
    example_options options;
    options.d_sae = number("dSae");
    options.n_top = number("top");
    options.n_sample = number("sample");
    options.n_before = number("before");
    options.n_after = number("after");
    options.n_sketch = number("sketch");
    options.seed = read_size(object.Get("seed"), "seed");
    return options;
}

std::vector<text_sequence> read_sequences(const Napi::Value & value) {
    std::vector<text_sequence> sequences;
    for (const Napi::Object & object : read_objects(value, "sequences")) {
        text_sequence sequence{};
        sequence.slot = read_int(object.Get("slot"), "slot");
        sequence.position = read_uint32(object.Get("position"), "position");
        const Napi::Value probe = object.Get("probe");
        sequence.probe = is_given(probe) ? static_cast<int>(read_uint32(probe, "probe")) : -1;
        if (is_given(probe)) sequence.start = read_uint32(object.Get("start"), "start");
        sequences.push_back(sequence);
    }
    return sequences;
}

Napi::Value examples_of(Napi::Env env, const std::vector<feature_example> & examples,
                        const std::vector<uint8_t> & contexts) {
    std::vector<uint32_t> positions;
    std::vector<float> activations;
    std::vector<float> largest;
    for (const feature_example & example : examples) {
        positions.push_back(example.position);
        activations.push_back(example.activation);
        largest.push_back(example.largest);
    }
    Napi::Object object = Napi::Object::New(env);
    object.Set("positions", to_uint32_array(env, positions));
    object.Set("activations", to_float32_array(env, activations));
    object.Set("largest", to_float32_array(env, largest));
    object.Set("contexts", to_uint8_array(env, std::string(contexts.begin(), contexts.end())));
    return object;
}

Napi::Value kept_of(Napi::Env env, const feature_examples::kept & kept) {
    std::vector<uint32_t> probes; // two halves each
    for (const uint64_t bits : kept.probes) {
        probes.push_back(static_cast<uint32_t>(bits));
        probes.push_back(static_cast<uint32_t>(bits >> 32));
    }
    Napi::Object object = Napi::Object::New(env);
    object.Set("active", to_uint32_array(env, kept.active));
    object.Set("sums", to_float64_array(env, kept.sums));
    object.Set("probes", to_uint32_array(env, probes));
    object.Set("nTop", to_uint32_array(env, kept.n_top));
    object.Set("top", examples_of(env, kept.top, kept.top_contexts));
    object.Set("sample", examples_of(env, kept.sample, kept.sample_contexts));
    return object;
}

Napi::Value nearest_of(Napi::Env env, const nearest_rows & nearest) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("features", to_uint32_array(env, nearest.rows));
    object.Set("products", to_float32_array(env, nearest.products));
    return object;
}

} // namespace

Napi::Function feature_examples_wrap::define(Napi::Env env) {
    return DefineClass(
        env, "NativeFeatureExamples",
        {property<&feature_examples_wrap::FeatureBytes>("featureBytes"), property<&feature_examples_wrap::Rows>("rows"),
         method<&feature_examples_wrap::Add>("add"), method<&feature_examples_wrap::Take>("take"),
         method<&feature_examples_wrap::Coactive>("coactive"), method<&feature_examples_wrap::Dispose>("dispose")});
}

Napi::Value feature_examples_wrap::Create(const Napi::CallbackInfo & info) {
    return make(environment_of(info.Env()).feature_examples, std::make_shared<feature_examples>(read_options(info[0])));
}

Napi::Value feature_examples_wrap::FeatureBytes(const Napi::CallbackInfo & info) {
    return Napi::Number::New(info.Env(), static_cast<double>(feature_examples::feature_bytes(core()->options())));
}

Napi::Value feature_examples_wrap::Rows(const Napi::CallbackInfo & info) {
    return Napi::Number::New(info.Env(), static_cast<double>(core()->n_rows()));
}

Napi::Value feature_examples_wrap::Add(const Napi::CallbackInfo & info) {
    const auto spool = read_wrap<spool_wrap>(info[0], "spool").core();
    const int layer = read_int(info[1], "layer");
    const auto sae = read_wrap<sae_wrap>(info[2], "sae").core();
    const auto sequences = read_sequences(info[3]);
    const uint32_t skip = read_uint32(info[4], "skip");
    return run_async(info.Env(), [=, examples = core(), cancel = read_cancel(info, 5)] {
        examples->add(*spool, layer, sae, sequences, skip, *cancel);
    });
}

Napi::Value feature_examples_wrap::Take(const Napi::CallbackInfo & info) {
    const uint32_t begin = read_uint32(info[0], "begin");
    const uint32_t count = read_uint32(info[1], "count");
    return run_async(
        info.Env(), [=, examples = core()] { return examples->take(begin, count); },
        [](Napi::Env env, const feature_examples::kept & kept) { return kept_of(env, kept); });
}

Napi::Value feature_examples_wrap::Coactive(const Napi::CallbackInfo & info) {
    const uint32_t k = read_uint32(info[0], "k");
    const uint32_t least = read_uint32(info[1], "least");
    const int threads = read_int(info[2], "threads");
    return run_async(
        info.Env(),
        [=, examples = core(), cancel = read_cancel(info, 3)] {
            return examples->coactive(k, least, threads, *cancel);
        },
        [](Napi::Env env, const nearest_rows & nearest) { return nearest_of(env, nearest); });
}

Napi::Value feature_examples_wrap::Dispose(const Napi::CallbackInfo & info) {
    return run_async(info.Env(), [examples = std::move(core_)]() mutable { examples.reset(); });
}

Napi::Value NearestDirections(const Napi::CallbackInfo & info) {
    const auto sae = read_wrap<sae_wrap>(info[0], "sae").core();
    const uint32_t k = read_uint32(info[1], "k");
    const int threads = read_int(info[2], "threads");
    return run_async(
        info.Env(), [=, cancel = read_cancel(info, 3)] { return nearest_directions(*sae, k, threads, *cancel); },
        [](Napi::Env env, const nearest_rows & nearest) { return nearest_of(env, nearest); });
}

} // namespace corrsteer::binding
