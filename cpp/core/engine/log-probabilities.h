#pragma once

#include <vector>

#include "llama.h"

namespace corrsteer {

/// Throws ERR_NON_FINITE where no logit is finite.
float finite_maximum(const float * logits, int n_vocab);

/// Natural logarithm of the softmax over the whole vocabulary, at each of `tokens`.
std::vector<double> log_probabilities(const float * logits, int n_vocab, const std::vector<llama_token> & tokens);

/// How likely the model held tokens, and the k likeliest in place of each: by the softmax over the whole vocabulary,
/// before anything that sampling does.
struct token_scores {
    std::vector<double> log_probabilities;     ///< [n], natural logarithms
    std::vector<llama_token> top_tokens;       ///< [n, k], the likeliest first, the lower id on a tie
    std::vector<double> top_log_probabilities; ///< [n, k]

    /// One more token, by the logits [n_vocab] of the row before it; k is the same for all, at most n_vocab.
    /// Throws ERR_NON_FINITE.
    void add(const float * logits, int n_vocab, llama_token token, int k);
    /// Those of tokens [from, to).
    token_scores slice(size_t from, size_t to) const;
};

} // namespace corrsteer
