#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "platform/cancel.h"

namespace corrsteer {

/// Tokens of some directions with their logits, [n_directions, top_k].
struct token_logits {
    std::vector<int32_t> tokens;
    std::vector<float> logits;
};

struct unembedded {
    token_logits promoted;   ///< the largest logits, descending; of equal ones the lower token first
    token_logits suppressed; ///< the smallest, ascending
};

/// The logit lens (nostalgebraist 2020): what adding directions [n_directions, n_embd] to the last residual row does to
/// the logits of a model, (direction * norm weight) W_U, up to the scale of the final norm, which is positive and the
/// same for all tokens. A layer norm takes the direction's mean out first. What a model does to its logits after that
/// (a scale, a soft cap) keeps their order and is left out. ERR_MODEL_LOAD; ERR_SHAPE_MISMATCH for directions of
/// another width; ERR_NON_FINITE; ERR_OUT_OF_RANGE unless 1 <= top_k <= n_vocab; ERR_CANCELLED.
unembedded unembed(const std::string & path, const std::vector<float> & directions, size_t n_directions, size_t top_k,
                   int n_threads, const cancel_token & cancel = never_cancelled);

} // namespace corrsteer
