#include "engine/log-probabilities.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "platform/error.h"

namespace corrsteer {

namespace {

error not_finite() {
    return error("ERR_NON_FINITE", "the logits are not finite: the steering is too strong, or the model is damaged");
}

/// In independent lanes, so that compilers vectorise it: vocabularies have 256,000 entries and this runs once a row.
float maximum(const float * values, int n) {
    constexpr int lanes = 16;
    float best[lanes];
    std::fill(best, best + lanes, -std::numeric_limits<float>::infinity());
    int i = 0;
    for (; i + lanes <= n; i += lanes) {
        for (int j = 0; j < lanes; j++) best[j] = values[i + j] > best[j] ? values[i + j] : best[j];
    }
    for (; i < n; i++) best[0] = values[i] > best[0] ? values[i] : best[0];
    return *std::max_element(best, best + lanes);
}

/// log sum exp
double log_sum(const float * logits, int n_vocab) {
    const double largest = finite_maximum(logits, n_vocab);
    double sum = 0;
    for (int i = 0; i < n_vocab; i++) sum += std::exp(static_cast<double>(logits[i]) - largest);
    if (!std::isfinite(sum)) throw not_finite(); // some are no numbers
    return largest + std::log(sum);
}

/// The k largest, the largest first. A heap of k: most of a vocabulary is looked at once and left.
std::vector<llama_token> likeliest(const float * logits, int n_vocab, int k) {
    const auto before = [&](llama_token a, llama_token b) {
        return logits[a] > logits[b] || (logits[a] == logits[b] && a < b);
    };
    std::vector<llama_token> best; // the least of them in front
    for (llama_token token = 0; token < n_vocab; token++) {
        if (static_cast<int>(best.size()) == k) {
            if (!before(token, best.front())) continue;
            std::pop_heap(best.begin(), best.end(), before);
            best.pop_back();
        }
        best.push_back(token);
        std::push_heap(best.begin(), best.end(), before);
    }
    std::sort_heap(best.begin(), best.end(), before);
    return best;
}

template <typename T>
std::vector<T> part(const std::vector<T> & all, size_t from, size_t to) {
    return {all.begin() + static_cast<std::ptrdiff_t>(from), all.begin() + static_cast<std::ptrdiff_t>(to)};
}

} // namespace

float finite_maximum(const float * logits, int n_vocab) {
    const float largest = maximum(logits, n_vocab);
    if (!std::isfinite(largest)) throw not_finite();
    return largest;
}

std::vector<double> log_probabilities(const float * logits, int n_vocab, const std::vector<llama_token> & tokens) {
    if (tokens.empty()) {
        finite_maximum(logits, n_vocab);
        return {};
    }
    const double log_of_sum = log_sum(logits, n_vocab);
    std::vector<double> result;
    for (const llama_token token : tokens) result.push_back(static_cast<double>(logits[token]) - log_of_sum);
    return result;
}

void token_scores::add(const float * logits, int n_vocab, llama_token token, int k) {
    const double log_of_sum = log_sum(logits, n_vocab);
    log_probabilities.push_back(static_cast<double>(logits[token]) - log_of_sum);
    if (k == 0) return;
    for (const llama_token top : likeliest(logits, n_vocab, k)) {
        top_tokens.push_back(top);
        top_log_probabilities.push_back(static_cast<double>(logits[top]) - log_of_sum);
    }
}

token_scores token_scores::slice(size_t from, size_t to) const {
    const size_t k = log_probabilities.empty() ? 0 : top_tokens.size() / log_probabilities.size();
    return {part(log_probabilities, from, to), part(top_tokens, from * k, to * k),
            part(top_log_probabilities, from * k, to * k)};
}

} // namespace corrsteer
