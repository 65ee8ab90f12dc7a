#include "engine/run-check.h"

#include <algorithm>

#include "grammar/gbnf.h"
#include "platform/error.h"

namespace corrsteer {

namespace {

void check_tokens(const char * name, const std::vector<llama_token> & tokens, int n_vocab) {
    for (const llama_token token : tokens) {
        if (token >= 0 && token < n_vocab) continue;
        throw range_error(name, "tokens in [0, " + std::to_string(n_vocab) + ")", token);
    }
}

void check_width(const std::string & what, int actual, int n_embd) {
    if (actual == n_embd) return;
    throw error("ERR_SHAPE_MISMATCH",
                what + " has rows of " + std::to_string(actual) + " values, the model of " + std::to_string(n_embd),
                {{"expected", static_cast<double>(n_embd)}, {"actual", static_cast<double>(actual)}});
}

void check_layers(const std::vector<int> & layers, const model & model, const residual_hook & hook) {
    for (const int layer : layers) {
        if (hook.has_layer(layer)) continue;
        throw error("ERR_HOOK_POINT",
                    "layer " + std::to_string(layer) + ": this model has layers 0 to " +
                        std::to_string(model.info().n_layer - 1),
                    {{"layer", static_cast<double>(layer)}});
    }
}

void check_top(const char * name, const std::optional<int> & k, int n_vocab) {
    if (k && (*k < 0 || *k > n_vocab)) throw range_error(name, "0 to " + std::to_string(n_vocab), *k);
}

/// Where steering acts, and what its conditions read.
std::vector<int> layers_of(const steering & steering) {
    std::vector<int> layers;
    for (const auto & at : steering.layers()) layers.push_back(at.layer);
    for (const auto & condition : steering.conditions()) layers.push_back(condition.of.layer());
    return layers;
}

void check_branch(branch_spec & branch, const model & model, const residual_hook & hook) {
    const model_info & info = model.info();
    check_tokens("allowedFirstTokens", branch.allowed_first_tokens, info.n_vocab);
    check_tokens("choiceTokens", branch.choice_tokens, info.n_vocab);
    check_tokens("forcedTokens", branch.forced_tokens, info.n_vocab);
    for (const llama_logit_bias & bias : branch.sampling.logit_bias)
        check_tokens("logitBias", {bias.token}, info.n_vocab);
    check_top("logProbabilities", branch.log_probabilities, info.n_vocab);
    check_top("promptLogProbabilities", branch.prompt_log_probabilities, info.n_vocab);
    if (branch.max_tokens < 0) throw range_error("maxTokens", "at least 0", branch.max_tokens);
    if (!branch.gbnf.empty() && branch.forced_tokens.empty())
        branch.rules = std::make_shared<const grammar>(parse_gbnf(branch.gbnf));
    if (branch.steering) {
        check_width("the steering", branch.steering->n_embd(), info.n_embd);
        check_layers(layers_of(*branch.steering), model, hook);
    }
    for (const probe & probe : branch.watch) {
        check_width("a probe", probe.n_embd(), info.n_embd);
        check_layers({probe.layer()}, model, hook);
    }
    if (branch.capture.sink) {
        check_width("the capture", branch.capture.sink->n_embd(), info.n_embd);
        check_layers(branch.capture.sink->layers(), model, hook);
    }
}

void check_fits(const std::string & what, size_t n_tokens, int most) {
    if (n_tokens <= static_cast<size_t>(most)) return;
    throw error("ERR_CONTEXT_FULL",
                what + " " + std::to_string(n_tokens) + " tokens, the context " + std::to_string(most) +
                    ": shorten it or raise contextTokens",
                {{"nTokens", static_cast<double>(n_tokens)}, {"nCtx", static_cast<double>(most)}});
}

} // namespace

bool wants_prompt(const branch_spec & spec) {
    return (spec.capture.sink && spec.capture.positions != row_choice::generated) ||
           spec.logits == row_choice::prompt || spec.prompt_log_probabilities;
}

bool wants_logits(const branch_spec & spec) {
    return spec.max_tokens > 0 || !spec.choice_tokens.empty() || spec.logits != row_choice::none ||
           spec.prompt_log_probabilities;
}

int own_prompt_tokens(const branch_spec & spec, int n_prompt) {
    const int first = spec.steering ? std::min(spec.steering->first_position(), 0) : 0;
    return first > -n_prompt ? 1 - first : n_prompt;
}

void check_run(run_spec & spec, const model & model, const residual_hook & hook, int n_cells) {
    const int n_prompt = static_cast<int>(spec.prompt.size());
    if (n_prompt < 1) throw error("ERR_INVALID_ARGUMENT", "prompt: expected at least one token, got none");
    if (spec.branches.empty()) throw error("ERR_INVALID_ARGUMENT", "branches: expected at least one, got none");
    const int most = std::min(n_cells, model.info().n_positions.value_or(n_cells));
    check_fits("the prompt has", spec.prompt.size(), most);
    check_tokens("prompt", spec.prompt, model.info().n_vocab);
    int least_own = n_prompt; // what the trunk leaves to every branch
    for (const branch_spec & branch : spec.branches)
        least_own = std::min(least_own, own_prompt_tokens(branch, n_prompt));
    for (branch_spec & branch : spec.branches) {
        check_branch(branch, model, hook);
        if (wants_prompt(branch) && spec.branches.size() > 1) {
            throw error("ERR_INVALID_ARGUMENT",
                        "branches: what is asked of the prompt's rows, a run of one branch only can have");
        }
        const int again = own_prompt_tokens(branch, n_prompt) - least_own; // prompt tokens that the trunk has too
        const int room = std::min(most, n_cells - again) - n_prompt;
        if (again > 0) {
            check_fits("the prompt, and again what of it a branch steers, have",
                       spec.prompt.size() + static_cast<size_t>(again), n_cells);
        }
        if (!branch.forced_tokens.empty()) {
            // The last of them is not decoded.
            check_fits("prompt and forcedTokens have", spec.prompt.size() + branch.forced_tokens.size() - 1,
                       room + n_prompt);
            branch.max_tokens = static_cast<int>(branch.forced_tokens.size());
            branch.stop.clear();
        }
        branch.max_tokens = std::min(branch.max_tokens, room + 1); // the rest ends with reason "length"
        // There are no more to look back on, and llama.cpp takes memory for all.
        branch.sampling.penalty_tokens = std::min(branch.sampling.penalty_tokens, n_prompt + branch.max_tokens);
    }
}

} // namespace corrsteer
