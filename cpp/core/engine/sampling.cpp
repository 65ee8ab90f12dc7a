#include "engine/sampling.h"

#include <algorithm>

#include "engine/log-probabilities.h"

namespace corrsteer {

namespace {

llama_sampler_ptr chain_of(std::initializer_list<llama_sampler *> samplers) {
    llama_sampler_ptr chain(llama_sampler_chain_init(llama_sampler_chain_default_params()));
    for (llama_sampler * sampler : samplers) {
        if (sampler) llama_sampler_chain_add(chain.get(), sampler);
    }
    return chain;
}

bool penalises(const sampling_params & params) {
    return params.penalty_tokens > 0 &&
           (params.repeat_penalty != 1 || params.frequency_penalty != 0 || params.presence_penalty != 0);
}

} // namespace

token_sampler::token_sampler(const sampling_params & params, int n_vocab, const std::vector<llama_token> & prompt)
    : n_vocab_(n_vocab) {
    if (penalises(params) || !params.logit_bias.empty()) {
        const auto & bias = params.logit_bias;
        shaping_ =
            chain_of({llama_sampler_init_logit_bias(n_vocab, static_cast<int32_t>(bias.size()), bias.data()),
                      llama_sampler_init_penalties(
                          n_vocab, params.penalty_tokens, static_cast<float>(params.repeat_penalty),
                          static_cast<float>(params.frequency_penalty), static_cast<float>(params.presence_penalty))});
        for (const llama_token token : prompt) llama_sampler_accept(shaping_.get(), token);
    }
    if (params.temperature <= 0) return;
    const auto number = [](double value) { return static_cast<float>(value); };
    drawing_ = chain_of({
        params.top_k > 0 ? llama_sampler_init_top_k(params.top_k) : nullptr,
        params.top_p < 1 ? llama_sampler_init_top_p(number(params.top_p), 1) : nullptr,
        params.min_p > 0 ? llama_sampler_init_min_p(number(params.min_p), 1) : nullptr,
        llama_sampler_init_temp(number(params.temperature)),
        // The largest seed means "a random one" to llama.cpp.
        llama_sampler_init_dist(params.seed == LLAMA_DEFAULT_SEED ? LLAMA_DEFAULT_SEED - 1 : params.seed),
    });
}

llama_token token_sampler::pick(const float * logits, const std::vector<llama_token> & allowed,
                                token_grammar * grammar) {
    llama_token token = draw(logits, allowed);
    if (grammar) {
        if (!grammar->allows(token)) token = draw(logits, grammar->allowed(allowed));
        grammar->accept(token);
    }
    if (shaping_) llama_sampler_accept(shaping_.get(), token);
    return token;
}

llama_token token_sampler::draw(const float * logits, const std::vector<llama_token> & allowed) {
    const float largest = finite_maximum(logits, n_vocab_);
    if (!drawing_ && !shaping_ && allowed.empty()) {
        return static_cast<llama_token>(std::find(logits, logits + n_vocab_, largest) - logits);
    }
    set_candidates(logits, allowed);
    llama_token_data_array array = {candidates_.data(), candidates_.size(), -1, false};
    if (shaping_) llama_sampler_apply(shaping_.get(), &array);
    if (drawing_) {
        llama_sampler_apply(drawing_.get(), &array);
    } else {
        const auto less = [](const auto & a, const auto & b) { return a.logit < b.logit; };
        array.selected = std::max_element(array.data, array.data + array.size, less) - array.data;
    }
    return array.data[array.selected].id;
}

/// By ascending id, none twice.
void token_sampler::set_candidates(const float * logits, const std::vector<llama_token> & allowed) {
    candidates_.clear();
    if (allowed.empty()) {
        for (llama_token token = 0; token < n_vocab_; token++) candidates_.push_back({token, logits[token], 0});
        return;
    }
    std::vector<llama_token> tokens = allowed;
    std::sort(tokens.begin(), tokens.end());
    tokens.erase(std::unique(tokens.begin(), tokens.end()), tokens.end());
    for (const llama_token token : tokens) candidates_.push_back({token, logits[token], 0});
}

} // namespace corrsteer
