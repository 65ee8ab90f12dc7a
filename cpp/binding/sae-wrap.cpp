#include "sae-wrap.h"

#include "arguments.h"
#include "async.h"
#include "model-wrap.h"
#include "sae/feature-probes.h"
#include "sae/sae-encode.h"
#include "tensor.h"

namespace corrsteer::binding {

namespace {

sae_plan::matrix_place read_matrix(const Napi::Value & value, const std::string & name) {
    sae_plan::matrix_place place;
    static_cast<tensor_place &>(place) = read_tensor_place(value, name);
    place.by_feature = read_bool(value.As<Napi::Object>().Get("byFeature"), "byFeature");
    return place;
}

sae_plan::tensor_places read_tensor_places(const Napi::Value & value) {
    const Napi::Object object = read_object(value, "tensors");
    const auto optional = [&](const char * name) {
        const Napi::Value place = object.Get(name);
        return is_given(place) ? read_tensor_place(place, name) : tensor_place();
    };
    sae_plan::tensor_places tensors;
    tensors.encoder = read_matrix(object.Get("encoder"), "encoder");
    tensors.decoder = read_matrix(object.Get("decoder"), "decoder");
    tensors.encoder_bias = optional("encoderBias");
    tensors.decoder_bias = optional("decoderBias");
    tensors.threshold = optional("threshold");
    tensors.log_threshold = optional("logThreshold");
    tensors.gate_bias = optional("gateBias");
    tensors.magnitude_scale = optional("magnitudeScale");
    tensors.magnitude_bias = optional("magnitudeBias");
    return tensors;
}

sae_plan read_plan(const Napi::Value & value) {
    const Napi::Object object = read_object(value, "plan");
    const Napi::Value k = object.Get("k");
    const Napi::Value threshold = object.Get("threshold");
    const auto flag = [&](const char * name) {
        const Napi::Value given = object.Get(name);
        return is_given(given) && read_bool(given, name);
    };
    sae_plan plan;
    plan.path = read_string(object.Get("path"), "path");
    plan.d_model = read_int(object.Get("dModel"), "dModel");
    plan.d_sae = read_int(object.Get("dSae"), "dSae");
    plan.tensors = read_tensor_places(object.Get("tensors"));
    plan.activation = read_choice<sae_activation>(object.Get("activation"), "activation",
                                                  {{"relu", sae_activation::relu},
                                                   {"jumprelu", sae_activation::jumprelu},
                                                   {"topk", sae_activation::topk},
                                                   {"gated", sae_activation::gated}});
    if (is_given(k)) plan.k = read_int(k, "k");
    if (is_given(threshold)) plan.threshold = read_double(threshold, "threshold");
    plan.threshold_by_decoder_norm = flag("thresholdByDecoderNorm");
    plan.rescale_by_decoder_norm = flag("rescaleByDecoderNorm");
    plan.subtract_decoder_bias = read_bool(object.Get("subtractDecoderBias"), "subtractDecoderBias");
    plan.input_normalization =
        read_choice<row_normalization>(object.Get("inputNormalization"), "inputNormalization",
                                       {{"none", row_normalization::none},
                                        {"center", row_normalization::center},
                                        {"layer_norm", row_normalization::layer_norm},
                                        {"constant_norm_rescale", row_normalization::constant_norm_rescale}});
    plan.input_scale = read_double(object.Get("inputScale"), "inputScale");
    plan.output_scale = read_double(object.Get("outputScale"), "outputScale");
    plan.weight_type = read_choice<ggml_type>(
        object.Get("weightType"), "weightType",
        {{"f32", GGML_TYPE_F32}, {"f16", GGML_TYPE_F16}, {"bf16", GGML_TYPE_BF16}, {"q8_0", GGML_TYPE_Q8_0}});
    plan.device = read_string(object.Get("device"), "device");
    plan.threads = read_int(object.Get("threads"), "threads");
    return plan;
}

} // namespace

Napi::Function sae_wrap::define(Napi::Env env) {
    return DefineClass(env, "NativeSae",
                       {property<&sae_wrap::DModel>("dModel"), property<&sae_wrap::DSae>("dSae"),
                        property<&sae_wrap::SizeBytes>("sizeBytes"), method<&sae_wrap::Encode>("encode"),
                        method<&sae_wrap::DecoderRows>("decoderRows"), method<&sae_wrap::EncoderRows>("encoderRows"),
                        method<&sae_wrap::Dispose>("dispose")});
}

Napi::Value sae_wrap::Load(const Napi::CallbackInfo & info) {
    return run_async(
        info.Env(),
        [plan = read_plan(info[0]), cancel = read_cancel(info, 1)] {
            return std::shared_ptr<const sae>(std::make_shared<sae>(plan, *cancel));
        },
        [](Napi::Env env, std::shared_ptr<const sae> loaded) -> Napi::Value {
            return make(environment_of(env).sae, std::move(loaded));
        });
}

Napi::Value sae_wrap::Fold(const Napi::CallbackInfo & info) {
    return run_async(
        info.Env(),
        [plan = read_plan(info[0]), cancel = read_cancel(info, 1)] { return fold(sae_file(plan), *cancel); },
        [](Napi::Env env, folded_sae folded) {
            Napi::Object result = Napi::Object::New(env);
            result.Set("bias", to_float32_array(env, folded.bias));
            result.Set("threshold", to_float32_array(env, folded.threshold));
            result.Set("center", to_float32_array(env, folded.center));
            return result;
        });
}

Napi::Value sae_wrap::ReadDecoderRows(const Napi::CallbackInfo & info) {
    return run_async(
        info.Env(),
        [plan = read_plan(info[0]), features = read_uint32_array(info[1], "features")] {
            return sae_file(plan).directions(features);
        },
        to_float32_array);
}

Napi::Value sae_wrap::ReadFeatureProbes(const Napi::CallbackInfo & info) {
    return run_async(
        info.Env(),
        [plan = read_plan(info[0]), features = read_uint32_array(info[1], "features"), cancel = read_cancel(info, 2)] {
            return feature_probes(sae_file(plan), features, *cancel);
        },
        [](Napi::Env env, const std::vector<probe::definition> & probes) {
            Napi::Array result = Napi::Array::New(env);
            for (const auto & probe : probes) {
                Napi::Object object = Napi::Object::New(env);
                object.Set("weights", to_float32_array(env, probe.weights));
                object.Set("bias", probe.bias);
                object.Set("threshold", *probe.threshold);
                result.Set(result.Length(), object);
            }
            return result;
        });
}

Napi::Value sae_wrap::FeatureNorms(const Napi::CallbackInfo & info) {
    return run_async(
        info.Env(),
        [place = read_matrix(info[0], "matrix"), cancel = read_cancel(info, 1)] {
            const placed_tensor matrix(place);
            return feature_norms({matrix.view(), place.by_feature}, *cancel);
        },
        to_float64_array);
}

Napi::Value sae_wrap::DModel(const Napi::CallbackInfo & info) {
    return Napi::Number::New(info.Env(), core()->d_model());
}

Napi::Value sae_wrap::DSae(const Napi::CallbackInfo & info) {
    return Napi::Number::New(info.Env(), core()->d_sae());
}

Napi::Value sae_wrap::SizeBytes(const Napi::CallbackInfo & info) {
    return Napi::Number::New(info.Env(), static_cast<double>(core()->size_bytes()));
}

Napi::Value sae_wrap::Encode(const Napi::CallbackInfo & info) {
    return run_async(
        info.Env(),
        [sae = core(), rows = read_float32_array(info[0], "rows"), cancel = read_cancel(info, 1)] {
            return corrsteer::encode(sae, rows, *cancel);
        },
        [](Napi::Env env, std::vector<float> activations) { return to_float32_array(env, activations); });
}

Napi::Value sae_wrap::DecoderRows(const Napi::CallbackInfo & info) {
    return run_async(
        info.Env(),
        [sae = core(), features = read_uint32_array(info[0], "features")] { return sae->decoder_rows(features); },
        to_float32_array);
}

Napi::Value sae_wrap::EncoderRows(const Napi::CallbackInfo & info) {
    return run_async(
        info.Env(),
        [sae = core(), begin = read_int(info[0], "begin"), count = read_int(info[1], "count")] {
            return sae->encoder_rows(begin, count);
        },
        to_float32_array);
}

Napi::Value sae_wrap::Dispose(const Napi::CallbackInfo & info) {
    return run_async(info.Env(), [sae = std::move(core_)]() mutable { sae.reset(); });
}

} // namespace corrsteer::binding
