#include "reconstruction-wrap.h"

#include "arguments.h"
#include "async.h"
#include "model-wrap.h"
#include "sae-wrap.h"

namespace corrsteer::binding {

namespace {

Napi::Value sums_object(Napi::Env env, const reconstruction_sums & sums) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("rows", static_cast<double>(sums.rows));
    object.Set("active", sums.active);
    object.Set("residualSquares", sums.residual_squares);
    object.Set("cosine", sums.cosine);
    object.Set("normRatio", sums.norm_ratio);
    object.Set("means", to_float64_array(env, sums.means));
    object.Set("squares", sums.squares);
    object.Set("explained", sums.explained);
    object.Set("fired", to_uint32_array(env, sums.fired));
    return object;
}

} // namespace

Napi::Function reconstruction_wrap::define(Napi::Env env) {
    return DefineClass(
        env, "NativeReconstruction",
        {method<&reconstruction_wrap::Measure>("measure"), method<&reconstruction_wrap::Dispose>("dispose")});
}

Napi::Value reconstruction_wrap::Create(const Napi::CallbackInfo & info) {
    return run_async(
        info.Env(),
        [sae = read_wrap<sae_wrap>(info[0], "sae").core()] {
            return std::shared_ptr<const reconstruction>(std::make_shared<reconstruction>(sae));
        },
        [](Napi::Env env, std::shared_ptr<const reconstruction> made) -> Napi::Value {
            return make(environment_of(env).reconstruction, std::move(made));
        });
}

Napi::Value reconstruction_wrap::Measure(const Napi::CallbackInfo & info) {
    return run_async(
        info.Env(),
        [by = core(), rows = read_float32_array(info[0], "rows"), cancel = read_cancel(info, 1)] {
            return by->measure(rows, *cancel);
        },
        sums_object);
}

Napi::Value reconstruction_wrap::Dispose(const Napi::CallbackInfo & info) {
    return run_async(info.Env(), [by = std::move(core_)]() mutable { by.reset(); });
}

} // namespace corrsteer::binding
