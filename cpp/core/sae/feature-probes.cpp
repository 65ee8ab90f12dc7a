#include "sae/feature-probes.h"

#include <string>

#include "platform/error.h"
#include "sae/sae-fold.h"

namespace corrsteer {

std::vector<probe::definition> feature_probes(const sae_file & file, const std::vector<uint32_t> & features,
                                              const cancel_token & cancel) {
    const sae_plan & plan = file.plan();
    if (plan.activation == sae_activation::topk) {
        throw error("ERR_INVALID_ARGUMENT", plan.path + ": a feature of a top-k SAE can't be read without all others",
                    {{"path", plan.path}});
    }
    for (const uint32_t feature : features) {
        if (feature < static_cast<uint32_t>(plan.d_sae)) continue;
        throw error("ERR_OUT_OF_RANGE", "features: expected less than d_sae = " + std::to_string(plan.d_sae) +
                                            ", got " + std::to_string(feature));
    }
    const folded_sae folded = fold(file, cancel);
    std::vector<probe::definition> probes;
    for (const uint32_t feature : features) {
        probe::definition of;
        of.weights.resize(static_cast<size_t>(plan.d_model));
        file.encoder_rows(static_cast<int>(feature), 1, of.weights.data());
        of.bias = folded.bias[feature];
        for (size_t i = 0; i < of.weights.size(); i++) {
            const double weight = of.weights[i] * folded.encoder_scale[feature];
            if (!folded.center.empty()) of.bias -= weight * folded.center[i];
            of.weights[i] = static_cast<float>(weight);
        }
        of.threshold = folded.threshold[feature];
        of.normalization = plan.input_normalization;
        probes.push_back(std::move(of));
    }
    return probes;
}

} // namespace corrsteer
