#pragma once

#include <vector>

#include "platform/cancel.h"
#include "sae/sae-file.h"

namespace corrsteer {

/// What makes every architecture one of two forms over raw residual rows x:
///   p = encoder_scale . E x' + bias,   x' = normalised x - center
///   f = p where p > threshold and p > 0, else 0        (threshold not empty)
///   f = the k largest p that are > 0                   (threshold empty)
/// docs/sae-formats.md derives it.
struct folded_sae {
    /// Per feature.
    std::vector<double> encoder_scale;
    std::vector<float> bias;
    std::vector<float> threshold;
    /// [d_model], empty for none.
    std::vector<float> center;
};

/// Reads all of the file except the encoder. ERR_NON_FINITE as well when folding overflows; ERR_CANCELLED.
folded_sae fold(const sae_file & file, const cancel_token & cancel);

} // namespace corrsteer
