#include "engine/sequence.h"

#include <algorithm>

namespace corrsteer {

sequence::sequence(branch_spec spec, const model & source, const std::vector<llama_token> & prompt)
    : spec_(std::move(spec)), model_(source), sampler_(spec_.sampling, source.info().n_vocab, prompt),
      phases_(spec_.reasoning), watched_(spec_.watch.size() * std::max<size_t>(spec_.forced_tokens.size(), 1)) {
    for (const llama_token token : spec_.forced_tokens) phases_.append(model_.piece(token, true));
    if (spec_.logits == row_choice::generated)
        result_.logits.reserve(spec_.forced_tokens.size() * static_cast<size_t>(model_.info().n_vocab));
    if (spec_.rules) grammar_.emplace(spec_.rules, source.pieces());
    if (spec_.log_probabilities) result_.scores.emplace();
    if (spec_.prompt_log_probabilities) result_.prompt_scores.emplace();
    if (!spec_.steering) return;
    for (const auto & at : spec_.steering->layers()) {
        result_.receipts.emplace_back();
        result_.receipts.back().layer = at.layer;
    }
}

bool sequence::accept(const float * logits) {
    const int n_vocab = model_.info().n_vocab;
    if (spec_.logits == row_choice::generated || (spec_.logits == row_choice::prompt && first_)) keep_logits(logits);
    if (first_) result_.choice_log_probabilities = log_probabilities(logits, n_vocab, spec_.choice_tokens);
    if (spec_.max_tokens == 0) return finish(stop_reason::length);
    if (is_forced()) return accept_forced(logits);
    next_ = sampler_.pick(logits, first_ ? spec_.allowed_first_tokens : std::vector<llama_token>(),
                          grammar_ ? &*grammar_ : nullptr);
    first_ = false;
    if (model_.ends_generation(next_)) return finish(stop_reason::end);
    append(next_, logits);
    const size_t cut = stop_position();
    if (cut != std::string::npos) {
        result_.bytes.resize(cut);
        while (!ends_.empty() && ends_.back() > cut) {
            ends_.pop_back();
            result_.tokens.pop_back();
            result_.watched.resize(result_.watched.size() - spec_.watch.size());
        }
        if (result_.scores) result_.scores = result_.scores->slice(0, result_.tokens.size());
        return finish(stop_reason::stop);
    }
    if (grammar_ && grammar_->is_over()) return finish(stop_reason::end);
    return static_cast<int>(result_.tokens.size()) < spec_.max_tokens || finish(stop_reason::length);
}

/// Ends with the last forced token only: neither a token that ends a generation nor a stop string counts.
bool sequence::accept_forced(const float * logits) {
    first_ = false;
    next_ = spec_.forced_tokens[result_.tokens.size()];
    result_.forced_log_probabilities.push_back(log_probabilities(logits, model_.info().n_vocab, {next_}).front());
    append(next_, logits);
    return result_.tokens.size() < spec_.forced_tokens.size() || finish(stop_reason::length);
}

void sequence::keep_logits(const float * logits) {
    result_.logits.insert(result_.logits.end(), logits, logits + model_.info().n_vocab);
}

void sequence::accept_prompt(const float * logits, llama_token next) {
    if (spec_.logits == row_choice::prompt) keep_logits(logits);
    if (result_.prompt_scores)
        result_.prompt_scores->add(logits, model_.info().n_vocab, next, *spec_.prompt_log_probabilities);
}

void sequence::append(llama_token token, const float * logits) {
    if (result_.scores) result_.scores->add(logits, model_.info().n_vocab, token, *spec_.log_probabilities);
    const float * watched = this->watched(static_cast<int>(result_.tokens.size()));
    result_.watched.insert(result_.watched.end(), watched, watched + spec_.watch.size());
    result_.tokens.push_back(token);
    if (!is_forced()) phases_.append(model_.piece(token, true));
    result_.bytes += model_.piece(token, false);
    ends_.push_back(result_.bytes.size());
}

float * sequence::watched(int position) {
    return watched_.data() + (is_forced() ? static_cast<size_t>(position) * spec_.watch.size() : 0);
}

/// Where the first stop string begins that ends in the newest token; npos if none does.
size_t sequence::stop_position() const {
    const size_t before = ends_.size() < 2 ? 0 : ends_[ends_.size() - 2];
    size_t cut = std::string::npos;
    for (const auto & stop : spec_.stop) {
        cut = std::min(cut, result_.bytes.find(stop, before - std::min(before, stop.size() - 1)));
    }
    return cut;
}

bool sequence::finish(stop_reason reason) {
    result_.reason = reason;
    done_ = true;
    return false;
}

/// Bytes before any suffix that may yet grow into a stop string.
size_t sequence::stable_bytes() const {
    const std::string & bytes = result_.bytes;
    if (done_) return bytes.size();
    size_t held = 0;
    for (const auto & stop : spec_.stop) {
        for (size_t n = std::min(stop.size() - 1, bytes.size()); n > held; n--) {
            if (bytes.compare(bytes.size() - n, n, stop, 0, n) == 0) held = n;
        }
    }
    return bytes.size() - held;
}

token_chunk sequence::take_chunk() {
    const size_t stable = std::max(stable_bytes(), emitted_bytes_);
    token_chunk chunk;
    chunk.bytes = result_.bytes.substr(emitted_bytes_, stable - emitted_bytes_);
    emitted_bytes_ = stable;
    const size_t first = emitted_tokens_;
    while (emitted_tokens_ < result_.tokens.size() && ends_[emitted_tokens_] <= stable) {
        const auto n = static_cast<ptrdiff_t>(spec_.watch.size());
        const auto values = result_.watched.begin() + static_cast<ptrdiff_t>(emitted_tokens_) * n;
        chunk.watched.insert(chunk.watched.end(), values, values + n);
        chunk.tokens.push_back(result_.tokens[emitted_tokens_++]);
    }
    if (result_.scores) chunk.scores = result_.scores->slice(first, emitted_tokens_);
    return chunk;
}

} // namespace corrsteer
