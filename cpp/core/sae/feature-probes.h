#pragma once

#include <cstdint>
#include <vector>

#include "engine/probe.h"
#include "platform/cancel.h"
#include "sae/sae-file.h"

namespace corrsteer {

/// What reads these features off rows of the SAE's hook point, without the rest of it: encoder rows with every scale
/// folded in. Of the encoder these rows alone are read. Throws ERR_OUT_OF_RANGE, ERR_NON_FINITE, ERR_CANCELLED, and
/// ERR_INVALID_ARGUMENT for top-k, where a feature's activation depends on all others.
std::vector<probe::definition> feature_probes(const sae_file & file, const std::vector<uint32_t> & features,
                                              const cancel_token & cancel);

} // namespace corrsteer
