#pragma once

#include <cstdint>
#include <vector>

#include "llama-cpp.h"

namespace corrsteer {

/// temperature 0 is greedy: the largest logit, the lower id on a tie.
struct sampling_params {
    double temperature = 0;
    int top_k = 0;    ///< 0: off
    double top_p = 1; ///< 1: off
    double min_p = 0; ///< 0: off
    uint32_t seed = 0;
};

/// Chooses tokens of one branch. Its random numbers are its own, so what else is in a batch doesn't change them.
class token_sampler {
  public:
    explicit token_sampler(const sampling_params & params);

    /// logits [n_vocab]; `allowed` (all if empty) restricts the choice. Throws ERR_NON_FINITE where no logit is finite.
    llama_token pick(const float * logits, int n_vocab, const std::vector<llama_token> & allowed);

  private:
    llama_sampler_ptr chain_; ///< null: greedy
    std::vector<llama_token_data> candidates_;
};

} // namespace corrsteer
