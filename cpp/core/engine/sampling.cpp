#include "engine/sampling.h"

#include <algorithm>

#include "engine/log-probabilities.h"

namespace corrsteer {

token_sampler::token_sampler(const sampling_params & params) {
    if (params.temperature <= 0) return;
    chain_.reset(llama_sampler_chain_init(llama_sampler_chain_default_params()));
    const auto add = [&](llama_sampler * sampler) { llama_sampler_chain_add(chain_.get(), sampler); };
    if (params.top_k > 0) add(llama_sampler_init_top_k(params.top_k));
    if (params.top_p < 1) add(llama_sampler_init_top_p(static_cast<float>(params.top_p), 1));
    if (params.min_p > 0) add(llama_sampler_init_min_p(static_cast<float>(params.min_p), 1));
    add(llama_sampler_init_temp(static_cast<float>(params.temperature)));
    // The largest seed means "a random one" to llama.cpp.
    add(llama_sampler_init_dist(params.seed == LLAMA_DEFAULT_SEED ? LLAMA_DEFAULT_SEED - 1 : params.seed));
}

llama_token token_sampler::pick(const float * logits, int n_vocab, const std::vector<llama_token> & allowed) {
    const float largest = finite_maximum(logits, n_vocab);
    if (!chain_ && allowed.empty()) {
        return static_cast<llama_token>(std::find(logits, logits + n_vocab, largest) - logits);
    }
    candidates_.clear();
    if (allowed.empty()) {
        for (llama_token token = 0; token < n_vocab; token++) candidates_.push_back({token, logits[token], 0});
    } else {
        for (const llama_token token : allowed) candidates_.push_back({token, logits[token], 0});
        std::sort(candidates_.begin(), candidates_.end(), [](const auto & a, const auto & b) { return a.id < b.id; });
        const auto same = [](const auto & a, const auto & b) { return a.id == b.id; };
        candidates_.erase(std::unique(candidates_.begin(), candidates_.end(), same), candidates_.end());
    }
    if (!chain_) {
        return std::max_element(candidates_.begin(), candidates_.end(),
                                [](const auto & a, const auto & b) { return a.logit < b.logit; })
            ->id;
    }
    llama_token_data_array array = {candidates_.data(), candidates_.size(), -1, false};
    llama_sampler_apply(chain_.get(), &array);
    const llama_token token = array.data[array.selected].id;
    llama_sampler_accept(chain_.get(), token);
    return token;
}

} // namespace corrsteer
