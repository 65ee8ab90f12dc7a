#pragma once

#include <cstdint>
#include <vector>

#include "grammar/token-grammar.h"
#include "llama-cpp.h"

namespace corrsteer {

/// temperature 0 is greedy: the largest logit, the lower id on a tie.
struct sampling_params {
    double temperature = 0;
    int top_k = 0;    ///< 0: off
    double top_p = 1; ///< 1: off
    double min_p = 0; ///< 0: off
    /// Of tokens among the last `penalty_tokens` of prompt and answer: what their logit is divided by (multiplied where
    /// it is negative), and what is taken from it, for each time and once.
    double repeat_penalty = 1;
    double frequency_penalty = 0;
    double presence_penalty = 0;
    int penalty_tokens = 64;
    std::vector<llama_logit_bias> logit_bias; ///< added before all else
    uint32_t seed = 0;
};

/// Chooses tokens of one branch. Its random numbers are its own, so what else is in a batch doesn't change them.
class token_sampler {
  public:
    /// The prompt's tokens are penalised as the answer's are.
    token_sampler(const sampling_params & params, int n_vocab, const std::vector<llama_token> & prompt);

    /// logits [n_vocab]; `allowed` (all if empty) and a grammar (null: none) restrict the choice. With a grammar a
    /// token is chosen without it, and another one with it only where it refuses that: the probabilities are the same,
    /// and most rows need one look. Throws ERR_NON_FINITE where no logit is finite, ERR_GRAMMAR where the grammar
    /// allows no token.
    llama_token pick(const float * logits, const std::vector<llama_token> & allowed, token_grammar * grammar = nullptr);

  private:
    llama_token draw(const float * logits, const std::vector<llama_token> & allowed);
    void set_candidates(const float * logits, const std::vector<llama_token> & allowed);

    int n_vocab_;
    llama_sampler_ptr shaping_; ///< biases and penalties; null: none
    llama_sampler_ptr drawing_; ///< null: greedy
    std::vector<llama_token_data> candidates_;
};

} // namespace corrsteer
