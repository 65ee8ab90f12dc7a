#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/log-probabilities.h"
#include "engine/model.h"
#include "engine/phase.h"
#include "engine/residual-hook.h"
#include "engine/sampling.h"
#include "engine/steering.h"

namespace corrsteer {

enum class row_choice {
    none,
    generated, ///< positions that chose generated tokens: from the prompt's last on
    prompt,
    all, ///< both, but for a beginning-of-sequence token in front
};

struct capture_spec {
    std::shared_ptr<row_sink> sink; ///< null: nothing is captured
    int slot = 0;
    row_choice positions = row_choice::generated;
};

/// What is asked of one branch: lib/native/addon.ts, NativeBranch.
struct branch_spec {
    steering_ptr steering; ///< null: baseline
    sampling_params sampling;
    int max_tokens = 0; ///< 0: only its first row is decoded
    std::vector<std::string> stop;
    std::string gbnf;                     ///< empty: none
    std::shared_ptr<const grammar> rules; ///< of `gbnf`, once it was checked
    std::vector<llama_token> allowed_first_tokens;
    std::vector<llama_token> choice_tokens;
    /// If not empty: these are generated, whatever the model would choose.
    std::vector<llama_token> forced_tokens;
    capture_spec capture;
    row_choice logits = row_choice::none;
    /// How many of the likeliest tokens beside each generated one; none: no log-probabilities.
    std::optional<int> log_probabilities;
    std::optional<int> prompt_log_probabilities; ///< the same of the prompt's tokens after the first
    bool stream = false;
    reasoning_marks reasoning;
    std::vector<probe> watch; ///< read at the row that chooses each token, once it was steered
};

enum class stop_reason { end, length, stop };

struct branch_result {
    std::vector<llama_token> tokens;
    std::string bytes;
    stop_reason reason = stop_reason::length;
    std::vector<double> choice_log_probabilities;
    std::vector<double> forced_log_probabilities; ///< [forced_tokens]
    std::vector<float> logits;                    ///< [rows, n_vocab]
    std::optional<token_scores> scores;           ///< of `tokens`, where asked for
    std::optional<token_scores> prompt_scores;
    std::vector<layer_receipt> receipts;
    std::vector<float> watched; ///< [tokens, probes]
};

/// Tokens and their bytes that are final: no stop string can take them back.
struct token_chunk {
    std::vector<llama_token> tokens;
    std::string bytes;
    std::optional<token_scores> scores;
    std::vector<float> watched; ///< [tokens, probes]
};

/// One branch while it runs: what was generated, where it stops, what it is owed.
class sequence {
  public:
    sequence(branch_spec spec, const model & source, const std::vector<llama_token> & prompt);

    /// One row's logits [n_vocab] in; true: `next_token` is to be decoded next; false: the branch is done.
    bool accept(const float * logits);
    llama_token next_token() const { return next_; }

    /// The logits of a prompt row before the last, and the token that follows it: what was asked for of them.
    void accept_prompt(const float * logits, llama_token next);

    /// What has become final since the last call.
    token_chunk take_chunk();

    const branch_spec & spec() const { return spec_; }
    /// Whether its tokens are known beforehand: it has no next one to ask for.
    bool is_forced() const { return !spec_.forced_tokens.empty(); }
    std::vector<layer_receipt> & receipts() { return result_.receipts; }
    /// Where the values of the probes go that are read at a generated position: of tokens that are not forced, the
    /// coming one.
    float * watched(int position);
    /// Of a generated position whose tokens before it are known, or of one of the prompt.
    row_place place_of(int position) const { return {position, phases_.at(position)}; }
    branch_result take_result() { return std::move(result_); }

  private:
    bool accept_forced(const float * logits);
    void keep_logits(const float * logits);
    void append(llama_token token, const float * logits);
    bool finish(stop_reason reason);
    size_t stop_position() const;
    size_t stable_bytes() const;

    branch_spec spec_;
    const model & model_;
    token_sampler sampler_;
    std::optional<token_grammar> grammar_;
    branch_result result_;
    phase_tracker phases_;
    std::vector<float> watched_; ///< of the coming row, or of all where tokens are forced
    std::vector<size_t> ends_;   ///< per token, length of the bytes up to and with it
    llama_token next_ = 0;
    bool first_ = true;
    bool done_ = false;
    size_t emitted_tokens_ = 0;
    size_t emitted_bytes_ = 0;
};

} // namespace corrsteer
