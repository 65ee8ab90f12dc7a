#include "engine/unembedding.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/model-file.h"
#include "platform/aligned-floats.h"
#include "platform/error.h"
#include "platform/largest-magnitude.h"
#include "platform/parallel.h"
#include "products/tile-product.h"

namespace corrsteer {

namespace {

/// Rows that a thread converts to float32 at a time.
constexpr size_t task_rows = 32;
/// Of the unembedding that are multiplied at a time.
constexpr size_t tile_rows = 128;

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

/// Directions as the last norm passes them on, [n_directions, n_embd].
void fill_normed(const model_file & file, const std::vector<float> & directions, float * out) {
    const stored_matrix norm = file.get("output_norm.weight");
    const size_t width = norm.width;
    const bool centred = has_layer_norm(file);
    std::vector<float> weight(width);
    read_rows(norm, 0, 1, weight.data());
    for (size_t begin = 0; begin < directions.size(); begin += width) {
        const float * direction = directions.data() + begin;
        double mean = 0;
        for (size_t j = 0; centred && j < width; j++) mean += direction[j] / static_cast<double>(width);
        for (size_t j = 0; j < width; j++) out[begin + j] = static_cast<float>((direction[j] - mean) * weight[j]);
    }
}

void check_directions(const model_file & file, const std::vector<float> & directions, size_t n_directions) {
    const size_t width = file.get("output_norm.weight").width;
    if (directions.size() != n_directions * width) {
        throw error("ERR_SHAPE_MISMATCH", "directions: expected " + std::to_string(n_directions) +
                                              " of n_embd = " + std::to_string(width) + " values, got " +
                                              std::to_string(directions.size()) + " values");
    }
    if (!std::isfinite(largest_magnitude(directions.data(), directions.size())))
        throw error("ERR_NON_FINITE", "the directions are not finite");
}

/// Rows as float32, [n, width].
void read_tile(const stored_matrix & matrix, size_t begin, size_t n, int n_threads, float * out) {
    const size_t n_tasks = (n + task_rows - 1) / task_rows;
    run_parallel(n_threads, n_tasks, [&](size_t task, cpu_turn &) {
        const size_t first = task * task_rows;
        read_rows(matrix, begin + first, std::min(task_rows, n - first), out + first * matrix.width);
    });
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
    check_directions(file, directions, n_directions);
    const auto untied = file.find("output.weight");
    const stored_matrix unembedding = untied ? *untied : file.get("token_embd.weight");
    if (unembedding.width == 0 || unembedding.width != file.get("output_norm.weight").width)
        throw model_load_error(path, "its unembedding and its last norm differ in width, or have none");
    if (top_k < 1 || top_k > unembedding.n_rows) {
        throw error("ERR_OUT_OF_RANGE",
                    "topK: expected 1 to " + std::to_string(unembedding.n_rows) + ", got " + std::to_string(top_k));
    }
    if (n_directions == 0) return {};

    tile_product product(n_directions, unembedding.width, tile_rows, "cpu", n_threads);
    aligned_floats normed(directions.size());
    fill_normed(file, directions, normed.data());
    product.use(normed.data());
    std::vector<float> tile(tile_rows * unembedding.width);
    std::vector<best_tokens> promoted(n_directions, best_tokens(top_k));
    std::vector<best_tokens> suppressed = promoted;
    for (size_t begin = 0; begin < unembedding.n_rows; begin += tile_rows) {
        cancel.check("the logit lens");
        const size_t n = std::min(tile_rows, unembedding.n_rows - begin);
        read_tile(unembedding, begin, n, n_threads, tile.data());
        const float * logits = product.multiply(tile.data(), n);
        if (!std::isfinite(largest_magnitude(logits, n * n_directions)))
            throw error("ERR_NON_FINITE",
                        "the logits are not finite: the directions are too large, or the model is damaged");
        for (size_t i = 0; i < n; i++) {
            for (size_t d = 0; d < n_directions; d++) {
                const float logit = logits[i * n_directions + d];
                promoted[d].offer(logit, static_cast<int32_t>(begin + i));
                suppressed[d].offer(-logit, static_cast<int32_t>(begin + i));
            }
        }
    }
    return {take(promoted, 1), take(suppressed, -1)};
}

} // namespace corrsteer
