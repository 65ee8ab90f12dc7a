#include "sae/sae-fold.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "platform/error.h"
#include "platform/largest-magnitude.h"

namespace corrsteer {

namespace {

/// Norms of the decoder's rows; reads, and so checks, the whole decoder.
std::vector<double> decoder_norms(const sae_file & file, const cancel_token & cancel) {
    std::vector<double> norms;
    std::vector<float> row(static_cast<size_t>(file.plan().d_model));
    for (int feature = 0; feature < file.plan().d_sae; feature++) {
        cancel.check("loading an SAE");
        file.decoder_row(feature, row.data());
        double sum = 0;
        for (const float value : row) sum += static_cast<double>(value) * value;
        norms.push_back(std::sqrt(sum));
    }
    return norms;
}

/// f = [g + b_gate > 0] relu(e^r g + b_mag) with g = E x: the gate is open where e^r g + b_mag > b_mag - e^r b_gate.
void fold_gate(const sae_file & file, folded_sae & folded) {
    const auto & names = file.plan().tensors;
    const std::vector<float> scale = file.values(names.magnitude_scale);
    const std::vector<float> gate = file.values(names.gate_bias);
    folded.bias = file.values(names.magnitude_bias);
    for (size_t i = 0; i < scale.size(); i++) {
        folded.encoder_scale[i] *= std::exp(static_cast<double>(scale[i]));
        const double threshold = folded.bias[i] - std::exp(static_cast<double>(scale[i])) * gate[i];
        folded.threshold[i] = static_cast<float>(std::max(0.0, threshold));
    }
}

/// Ranks by p_i |D_i|, so that what is ranked is what a feature adds. A zero row stays one, and never fires.
void fold_norms(const std::vector<double> & norms, folded_sae & folded) {
    for (size_t i = 0; i < norms.size(); i++) {
        folded.encoder_scale[i] *= norms[i];
        folded.bias[i] = static_cast<float>(folded.bias[i] * norms[i]);
        if (norms[i] > 0) folded.decoder_scale[i] /= norms[i];
    }
}

void check(const sae_file & file, const folded_sae & folded) {
    if (!(largest_magnitude(folded.center.data(), folded.center.size()) <= std::numeric_limits<float>::max())) {
        throw error("ERR_NON_FINITE", file.plan().path + ": the decoder's bias overflows when its scale is folded",
                    {{"path", file.plan().path}, {"tensor", file.plan().tensors.decoder_bias}});
    }
    for (size_t i = 0; i < folded.bias.size(); i++) {
        const double threshold = folded.threshold.empty() ? 0 : static_cast<double>(folded.threshold[i]);
        if (std::isfinite(folded.encoder_scale[i]) && std::isfinite(folded.decoder_scale[i]) &&
            std::isfinite(folded.bias[i]) && std::isfinite(threshold)) {
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
    folded.decoder_scale.assign(d_sae, 1 / plan.input_scale);
    if (plan.activation != sae_activation::topk) folded.threshold.assign(d_sae, 0);
    if (plan.activation == sae_activation::gated) {
        fold_gate(file, folded);
    } else {
        folded.bias = file.values(plan.tensors.encoder_bias);
    }
    if (plan.activation == sae_activation::jumprelu) {
        folded.threshold = file.values(plan.tensors.threshold);
        for (float & threshold : folded.threshold) threshold = std::max(threshold, 0.0f);
    }
    const std::vector<double> norms = decoder_norms(file, cancel);
    if (plan.rescale_by_decoder_norm) fold_norms(norms, folded);
    std::vector<float> decoder_bias = file.values(plan.tensors.decoder_bias);
    if (plan.subtract_decoder_bias) {
        for (float & value : decoder_bias) value = static_cast<float>(value / plan.input_scale);
        folded.center = std::move(decoder_bias);
    }
    check(file, folded);
    return folded;
}

} // namespace corrsteer
