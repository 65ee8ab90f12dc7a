#include "spool-wrap.h"

#include "arguments.h"
#include "async.h"
#include "model-wrap.h"
#include "sae-wrap.h"

namespace corrsteer::binding {

namespace {

std::vector<pooling> read_poolings(const Napi::Value & value) {
    if (!value.IsArray()) throw_expected(value, "poolings", "an array");
    const auto array = value.As<Napi::Array>();
    std::vector<pooling> poolings;
    for (uint32_t i = 0; i < array.Length(); i++) {
        poolings.push_back(
            read_choice<pooling>(array.Get(i), "poolings", {{"max", pooling::max}, {"mean", pooling::mean}}));
    }
    return poolings;
}

Napi::Value to_javascript(Napi::Env env, const sparse_rows & rows) {
    Napi::Object object = Napi::Object::New(env);
    Napi::Array values = Napi::Array::New(env);
    for (const auto & pooled : rows.values) values.Set(values.Length(), to_float32_array(env, pooled));
    object.Set("offsets", to_uint32_array(env, rows.offsets));
    object.Set("indices", to_uint32_array(env, rows.indices));
    object.Set("values", values);
    return object;
}

} // namespace

Napi::Function spool_wrap::define(Napi::Env env) {
    return DefineClass(env, "NativeSpool",
                       {method<&spool_wrap::Rows>("rows"), method<&spool_wrap::Encode>("encode"),
                        method<&spool_wrap::Pool>("pool"), method<&spool_wrap::Dispose>("dispose")});
}

Napi::Value spool_wrap::Create(const Napi::CallbackInfo & info) {
    const Napi::Object object = read_object(info[0], "options");
    spool_options options;
    options.layers = read_int32_array(object.Get("layers"), "layers");
    options.n_embd = read_int(object.Get("nEmbd"), "nEmbd");
    options.memory_bytes = read_size(object.Get("memoryBytes"), "memoryBytes");
    options.directory = read_string(object.Get("directory"), "directory");
    return make(environment_of(info.Env()).spool, std::make_shared<residual_spool>(std::move(options)));
}

Napi::Value spool_wrap::Rows(const Napi::CallbackInfo & info) {
    const int layer = read_int(info[0], "layer");
    const int slot = read_int(info[1], "slot");
    return run_async(
        info.Env(), [spool = core(), layer, slot] { return spool->rows(layer, slot); },
        [](Napi::Env env, std::vector<float> rows) { return to_float32_array(env, rows); });
}

Napi::Value spool_wrap::Encode(const Napi::CallbackInfo & info) {
    const int layer = read_int(info[0], "layer");
    std::shared_ptr<const sae> encoder;
    if (is_given(info[1])) encoder = read_wrap<sae_wrap>(info[1], "sae").core();
    const auto slots = read_int32_array(info[2], "slots");
    const auto ends = read_int32_array(info[3], "ends");
    const auto poolings = read_poolings(info[4]);
    return run_async(
        info.Env(),
        [=, spool = core(), cancel = read_cancel(info, 5)] {
            return spool->encode(layer, encoder, slots, ends, poolings, *cancel);
        },
        [](Napi::Env env, const sparse_rows & rows) { return to_javascript(env, rows); });
}

Napi::Value spool_wrap::Pool(const Napi::CallbackInfo & info) {
    const int layer = read_int(info[0], "layer");
    const auto slots = read_int32_array(info[1], "slots");
    const auto ends = read_int32_array(info[2], "ends");
    return run_async(
        info.Env(), [=, spool = core()] { return spool->pool(layer, slots, ends); },
        [](Napi::Env env, const pooled_residual & pooled) -> Napi::Value {
            Napi::Object object = Napi::Object::New(env);
            object.Set("means", to_float64_array(env, pooled.means));
            object.Set("normSums", to_float64_array(env, pooled.norm_sums));
            object.Set("rows", to_uint32_array(env, pooled.rows));
            return object;
        });
}

Napi::Value spool_wrap::Dispose(const Napi::CallbackInfo & info) {
    return run_async(info.Env(), [spool = std::move(core_)]() mutable { spool.reset(); });
}

} // namespace corrsteer::binding
