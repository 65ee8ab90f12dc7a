#include "sae/sae-fold.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "platform/error.h"
#include "platform/largest-magnitude.h"

namespace corrsteer {

namespace {

/// f = [g + b_gate > 0] relu(e^r g + b_mag) with g = E x: the gate is open where e^r g + b_mag > b_mag - e^r b_gate.
void fold_gate(const sae_file & file, folded_sae & folded) {
    const auto & tensors = file.plan().tensors;
    const std::vector<float> scale = file.values(tensors.magnitude_scale);
    const std::vector<float> gate = file.values(tensors.gate_bias);
    folded.bias = file.values(tensors.magnitude_bias);
    for (size_t i = 0; i < scale.size(); i++) {
        folded.encoder_scale[i] *= std::exp(static_cast<double>(scale[i]));
        const double threshold = folded.bias[i] - std::exp(static_cast<double>(scale[i])) * gate[i];
        folded.threshold[i] = static_cast<float>(std::max(0.0, threshold));
    }
}

/// Takes p_i |D_i| for p_i, so that what is ranked or compared is what a feature adds. A zero row stays one, and never
/// fires.
void rescale(const std::vector<double> & norms, folded_sae & folded) {
    for (size_t i = 0; i < norms.size(); i++) {
        folded.encoder_scale[i] *= norms[i];
        folded.bias[i] = static_cast<float>(folded.bias[i] * norms[i]);
    }
}

/// With `threshold_by_decoder_norm` it is p_i |D_i| that is compared: a row of zeros never fires.
void fold_thresholds(const sae_file & file, const std::vector<double> & norms, folded_sae & folded) {
    const sae_plan & plan = file.plan();
    const bool is_log = !plan.tensors.log_threshold.name.empty();
    std::vector<float> stored;
    if (!plan.threshold) stored = file.values(is_log ? plan.tensors.log_threshold : plan.tensors.threshold);
    for (size_t i = 0; i < norms.size(); i++) {
        double threshold = plan.threshold ? *plan.threshold : stored[i];
        if (is_log) threshold = std::exp(threshold);
        threshold = std::max(0.0, threshold); // as nothing fires that is not positive
        if (plan.threshold_by_decoder_norm && norms[i] > 0) threshold /= norms[i];
        if (plan.threshold_by_decoder_norm && norms[i] == 0) folded.encoder_scale[i] = folded.bias[i] = 0;
        folded.threshold[i] = static_cast<float>(threshold);
    }
}

void check(const sae_file & file, const folded_sae & folded) {
    if (!(largest_magnitude(folded.center.data(), folded.center.size()) <= std::numeric_limits<float>::max())) {
        throw error("ERR_NON_FINITE", file.plan().path + ": the decoder's bias overflows when its scale is folded",
                    {{"path", file.plan().path}, {"tensor", file.plan().tensors.decoder_bias.name}});
    }
    for (size_t i = 0; i < folded.bias.size(); i++) {
        const double threshold = folded.threshold.empty() ? 0 : static_cast<double>(folded.threshold[i]);
        if (std::isfinite(folded.encoder_scale[i]) && std::isfinite(folded.bias[i]) && std::isfinite(threshold)) {
            continue;
        }
        throw error("ERR_NON_FINITE",
                    file.plan().path + ": feature " + std::to_string(i) + " overflows when its scales are folded",
                    {{"path", file.plan().path}, {"feature", static_cast<double>(i)}});
    }
}

} // namespace

folded_sae fold(const sae_file & file, const cancel_token & cancel) {
    const sae_plan & plan = file.plan();
    const auto d_sae = static_cast<size_t>(plan.d_sae);
    folded_sae folded;
    folded.encoder_scale.assign(d_sae, plan.input_scale);
    if (plan.activation != sae_activation::topk) folded.threshold.assign(d_sae, 0);
    if (plan.activation == sae_activation::gated) {
        fold_gate(file, folded);
    } else {
        folded.bias = file.values(plan.tensors.encoder_bias);
    }
    const std::vector<double> norms = file.decoder_norms(cancel);
    if (plan.activation == sae_activation::jumprelu) fold_thresholds(file, norms, folded);
    if (plan.rescale_by_decoder_norm) rescale(norms, folded);
    std::vector<float> decoder_bias = file.decoder_bias();
    if (plan.subtract_decoder_bias) {
        for (float & value : decoder_bias) value = static_cast<float>(value / plan.input_scale);
        folded.center = std::move(decoder_bias);
    }
    check(file, folded);
    return folded;
}

} // namespace corrsteer
