#include "statistics.h"

#include "arguments.h"
#include "async.h"
#include "model-wrap.h"
#include "statistics/bootstrap.h"
#include "statistics/permutation.h"

namespace corrsteer::binding {

namespace {

sparse_columns read_columns(const Napi::Value & value) {
    const Napi::Object object = read_object(value, "columns");
    sparse_columns columns;
    columns.n_samples = read_uint32(object.Get("nSamples"), "columns.nSamples");
    columns.offsets = read_uint32_array(object.Get("offsets"), "columns.offsets");
    columns.samples = read_uint32_array(object.Get("samples"), "columns.samples");
    columns.values = read_float32_array(object.Get("values"), "columns.values");
    return columns;
}

/// What a null_plan and a bootstrap_plan have in common.
template <typename Plan>
Plan read_plan(const Napi::Object & object) {
    Plan plan;
    plan.scores = read_float64_array(object.Get("scores"), "scores");
    plan.strata = read_uint32_array(object.Get("strata"), "strata");
    plan.clusters = read_uint32_array(object.Get("clusters"), "clusters");
    plan.basis = read_float64_array(object.Get("basis"), "basis");
    plan.seed = read_size(object.Get("seed"), "seed");
    plan.sign =
        read_choice<r_sign>(object.Get("sign"), "sign",
                            {{"positive", r_sign::positive}, {"negative", r_sign::negative}, {"both", r_sign::both}});
    plan.n_threads = read_int(object.Get("threads"), "threads");
    return plan;
}

null_plan read_null_plan(const Napi::Value & value) {
    const Napi::Object object = read_object(value, "plan");
    auto plan = read_plan<null_plan>(object);
    plan.first_permutation = read_uint32(object.Get("firstPermutation"), "firstPermutation");
    plan.n_permutations = read_uint32(object.Get("nPermutations"), "nPermutations");
    plan.counts_exceeding = read_bool(object.Get("countExceeding"), "countExceeding");
    return plan;
}

bootstrap_plan read_bootstrap_plan(const Napi::Value & value) {
    const Napi::Object object = read_object(value, "plan");
    auto plan = read_plan<bootstrap_plan>(object);
    plan.n_resamples = read_uint32(object.Get("nResamples"), "nResamples");
    return plan;
}

} // namespace

Napi::Value PermutationNull(const Napi::CallbackInfo & info) {
    return run_async(
        info.Env(),
        [columns = read_columns(info[0]), plan = read_null_plan(info[1]), cancel = read_cancel(info, 2)] {
            return permutation_null(columns, plan, *cancel);
        },
        [](Napi::Env env, const null_distribution & found) {
            Napi::Object object = Napi::Object::New(env);
            object.Set("r", to_float64_array(env, found.r));
            object.Set("strongest", to_float64_array(env, found.strongest));
            object.Set("exceed", to_uint32_array(env, found.exceed));
            return object;
        });
}

Napi::Value BootstrapTop(const Napi::CallbackInfo & info) {
    return run_async(
        info.Env(),
        [columns = read_columns(info[0]), plan = read_bootstrap_plan(info[1]), cancel = read_cancel(info, 2)] {
            return bootstrap_top(columns, plan, *cancel);
        },
        [](Napi::Env env, const bootstrap_result & found) {
            Napi::Object object = Napi::Object::New(env);
            object.Set("top", to_int32_array(env, found.top));
            object.Set("r", to_float64_array(env, found.r));
            return object;
        });
}

} // namespace corrsteer::binding
