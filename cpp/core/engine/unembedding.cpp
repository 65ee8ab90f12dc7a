#include "engine/unembedding.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <utility>

#include "engine/model-file.h"
#include "platform/error.h"
#include "platform/largest-magnitude.h"
#include "platform/parallel.h"

namespace corrsteer {

namespace {

/// Directions side by side, so that a weight is read once and meets them all. With 16, GCC 12 unrolls the inner loop of
/// `multiply` before it vectorises, and takes seven times as long a product.
constexpr size_t n_block_lanes = 32;
/// Tokens of one task, and of one conversion to float32.
constexpr size_t task_tokens = 1024;
constexpr size_t tile_tokens = 16;

/// The k best of all (logit, token) that were offered: a heap with the worst in front.
class best_tokens {
  public:
    explicit best_tokens(size_t k) : k_(k) {}

    void offer(float logit, int32_t token) {
        const std::pair<float, int32_t> one{logit, token};
        if (heap_.size() == k_ && !better(one, heap_.front())) return;
        heap_.push_back(one);
        std::push_heap(heap_.begin(), heap_.end(), better);
        if (heap_.size() <= k_) return;
        std::pop_heap(heap_.begin(), heap_.end(), better);
        heap_.pop_back();
    }

    const std::vector<std::pair<float, int32_t>> & sort() {
        std::sort(heap_.begin(), heap_.end(), better);
        return heap_;
    }

  private:
    static bool better(const std::pair<float, int32_t> & a, const std::pair<float, int32_t> & b) {
        return a.first != b.first ? a.first > b.first : a.second < b.second;
    }

    size_t k_;
    std::vector<std::pair<float, int32_t>> heap_;
};

/// Whether the last norm is a layer norm and not an RMS norm: it has a bias, or the model's norms the epsilon of one.
bool has_layer_norm(const model_file & file) {
    const std::string norms = file.header().own("attention.layer_norm_");
    return file.find("output_norm.bias") ||
           (file.header().has(norms + "epsilon") && !file.header().has(norms + "rms_epsilon"));
}

/// Directions as the last norm passes them on, in blocks of lanes: [ceil(n_directions / n_block_lanes), n_embd,
/// n_block_lanes].
std::vector<float> normed_lanes(const model_file & file, const std::vector<float> & directions, size_t n_directions) {
    const stored_matrix norm = file.get("output_norm.weight");
    const size_t width = norm.width;
    if (directions.size() != n_directions * width) {
        throw error("ERR_SHAPE_MISMATCH", "directions: expected " + std::to_string(n_directions) +
                                              " of n_embd = " + std::to_string(width) + " values, got " +
                                              std::to_string(directions.size()) + " values");
    }
    if (!std::isfinite(largest_magnitude(directions.data(), directions.size())))
        throw error("ERR_NON_FINITE", "the directions are not finite");
    const bool centred = has_layer_norm(file);
    std::vector<float> weight(width);
    read_rows(norm, 0, 1, weight.data());
    std::vector<float> lanes((n_directions + n_block_lanes - 1) / n_block_lanes * n_block_lanes * width);
    for (size_t i = 0; i < n_directions; i++) {
        const float * direction = directions.data() + i * width;
        double mean = 0;
        for (size_t j = 0; centred && j < width; j++) mean += direction[j] / static_cast<double>(width);
        float * lane = lanes.data() + i / n_block_lanes * n_block_lanes * width + i % n_block_lanes;
        for (size_t j = 0; j < width; j++)
            lane[j * n_block_lanes] = static_cast<float>((direction[j] - mean) * weight[j]);
    }
    return lanes;
}

/// out [n_block_lanes] = row [width] times lanes [width, n_block_lanes]
void multiply(const float * row, const float * lanes, size_t width, float * out) {
    float sums[n_block_lanes] = {};
    for (size_t j = 0; j < width; j++) {
        for (size_t t = 0; t < n_block_lanes; t++) sums[t] += row[j] * lanes[j * n_block_lanes + t];
    }
    std::copy(sums, sums + n_block_lanes, out);
}

/// Logits of tokens from `begin` on, [n, n_blocks * n_block_lanes].
std::vector<float> logits_of(const stored_matrix & unembedding, size_t begin, size_t n,
                             const std::vector<float> & lanes, cpu_turn & turn) {
    const size_t width = unembedding.width;
    const size_t block = n_block_lanes * width;
    const size_t n_columns = lanes.size() / width;
    std::vector<float> logits(n * n_columns);
    std::vector<float> rows(tile_tokens * width);
    for (size_t tile = 0; tile < n; tile += tile_tokens) {
        const size_t n_rows = std::min(tile_tokens, n - tile);
        read_rows(unembedding, begin + tile, n_rows, rows.data());
        for (size_t b = 0; b < lanes.size() / block; b++) {
            turn.pass();
            for (size_t i = 0; i < n_rows; i++) {
                multiply(rows.data() + i * width, lanes.data() + b * block, width,
                         logits.data() + (tile + i) * n_columns + b * n_block_lanes);
            }
        }
    }
    if (!std::isfinite(largest_magnitude(logits.data(), logits.size())))
        throw error("ERR_NON_FINITE",
                    "the logits are not finite: the directions are too large, or the model is damaged");
    return logits;
}

/// Sorts the lists; `sign` undoes the negation of suppressed logits.
token_logits take(std::vector<best_tokens> & lists, float sign) {
    token_logits taken;
    for (best_tokens & list : lists) {
        for (const auto & [logit, token] : list.sort()) {
            taken.tokens.push_back(token);
            taken.logits.push_back(sign * logit);
        }
    }
    return taken;
}

} // namespace

unembedded unembed(const std::string & path, const std::vector<float> & directions, size_t n_directions, size_t top_k,
                   int n_threads, const cancel_token & cancel) {
    const model_file file(path);
    const std::vector<float> lanes = normed_lanes(file, directions, n_directions);
    const auto untied = file.find("output.weight");
    const stored_matrix unembedding = untied ? *untied : file.get("token_embd.weight");
    if (unembedding.width == 0 || unembedding.width != file.get("output_norm.weight").width)
        throw model_load_error(path, "its unembedding and its last norm differ in width, or have none");
    if (top_k < 1 || top_k > unembedding.n_rows) {
        throw error("ERR_OUT_OF_RANGE",
                    "topK: expected 1 to " + std::to_string(unembedding.n_rows) + ", got " + std::to_string(top_k));
    }

    std::vector<best_tokens> promoted(n_directions, best_tokens(top_k));
    std::vector<best_tokens> suppressed = promoted;
    std::mutex merging;
    const size_t n_tasks = (unembedding.n_rows + task_tokens - 1) / task_tokens;
    run_parallel(n_threads, n_tasks, [&](size_t task, cpu_turn & turn) {
        cancel.check("the logit lens");
        const size_t begin = task * task_tokens;
        const size_t n = std::min(task_tokens, unembedding.n_rows - begin);
        const std::vector<float> logits = logits_of(unembedding, begin, n, lanes, turn);
        const size_t n_columns = logits.size() / n;
        const std::lock_guard<std::mutex> lock(merging);
        for (size_t i = 0; i < n; i++) {
            for (size_t d = 0; d < n_directions; d++) {
                const float logit = logits[i * n_columns + d];
                promoted[d].offer(logit, static_cast<int32_t>(begin + i));
                suppressed[d].offer(-logit, static_cast<int32_t>(begin + i));
            }
        }
    });
    return {take(promoted, 1), take(suppressed, -1)};
}

} // namespace corrsteer
