#include "attention/attention.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "platform/custom-node.h"
#include "platform/on-host.h"
#include "platform/processor.h"

namespace corrsteer {

namespace {

/// Of ggml_flash_attn_ext: scale, ALiBi's greatest bias, softcap, precision, most cells.
constexpr int n_parameters = 5;
/// Where a node of ours keeps them: behind what ggml_custom_4d sets.
constexpr int kept_parameters = 8;
/// Where it keeps the number of its work.
constexpr int work_number = kept_parameters + n_parameters;
static_assert((work_number + 1) * sizeof(int32_t) <= sizeof(ggml_tensor::op_params));

/// More would not be in the caches any more when they are read.
constexpr int values_ahead = 192;
/// Of each thread, so that it can take whole ones: the heads of a cell lie together in memory.
constexpr int tiles_enough = 4;

float parameter(const int32_t * parameters, int i) {
    float value;
    std::memcpy(&value, parameters + i, sizeof(value));
    return value;
}

/// A cache's type, whose heads lie in whole blocks.
bool reads(const ggml_tensor & cells) {
    return (cells.type == GGML_TYPE_F16 || ggml_get_type_traits(cells.type)->to_float) &&
           cells.nb[0] == ggml_type_size(cells.type) && cells.ne[3] == 1 && is_on_host(cells);
}

bool reads_node(const ggml_tensor & node) {
    const ggml_tensor & queries = *node.src[0];
    const ggml_tensor & keys = *node.src[1];
    const ggml_tensor & values = *node.src[2];
    const ggml_tensor * mask = node.src[3];
    const ggml_tensor * sinks = node.src[4];
    return mask && attention::seen_cells::reads(*mask) && reads(keys) && reads(values) && is_on_host(node) &&
           is_on_host(queries) && (!sinks || is_on_host(*sinks)) && queries.type == GGML_TYPE_F32 &&
           queries.nb[0] == sizeof(float) && queries.ne[3] == 1 && mask->ne[0] == keys.ne[1] &&
           mask->ne[1] == queries.ne[1] && keys.ne[2] == values.ne[2] && queries.ne[2] % keys.ne[2] == 0;
}

/// Press et al. (2022, arXiv 2108.12409), section 3, as llama.cpp has it: 1 where there is no bias.
std::vector<float> slopes_of(float greatest_bias, int n_heads) {
    std::vector<float> slopes(static_cast<size_t>(n_heads), 1.0f);
    if (greatest_bias <= 0) return slopes;
    const int power = 1 << static_cast<int>(std::floor(std::log2(n_heads)));
    for (int head = 0; head < n_heads; head++) {
        slopes[head] = head < power ? std::pow(std::pow(2.0f, -greatest_bias / power), head + 1)
                                    : std::pow(std::pow(2.0f, -greatest_bias / 2 / power), 2 * (head - power) + 1);
    }
    return slopes;
}

/// Heads that a thread computes together: all that share keys, or fewer where threads would have nothing to do. Cells
/// are read anew for each part, which takes as long as some 5 heads of a row.
int heads_together(const attention::seen_cells & cells, int n_rows, int n_heads, int n_sharing, int n_threads) {
    constexpr int reading = 5;
    const int rows = n_rows / cells.n_tiles(); // of a tile
    int best = n_sharing;
    int64_t least = INT64_MAX;
    for (int together = n_sharing; together > 0; together--) {
        if (n_sharing % together != 0) continue;
        const int64_t parts = int64_t{cells.n_tiles()} * n_heads / together;
        const int64_t time = (parts + n_threads - 1) / n_threads * (reading + together * rows);
        if (time < least) best = together;
        least = std::min(least, time);
    }
    return best;
}

} // namespace

const attention::kernel * attention::find_kernel() {
    const processor here = this_processor();
    if (here == processor::other) return nullptr;
    return has_wide_vectors(here) ? avx512_kernel() : avx2_kernel();
}

seen_attention::seen_attention(int n_threads)
    : kernel_(attention::find_kernel()), scratch_(n_threads), custom_(custom_node(compute, this)) {}

void seen_attention::take(ggml_tensor & node) noexcept {
    const bool is_ours = node.op == GGML_OP_CUSTOM &&
                         std::memcmp(node.op_params, custom_.op_params, kept_parameters * sizeof(int32_t)) == 0;
    if (!is_ours && node.op != GGML_OP_FLASH_ATTN_EXT) return;
    if (is_ours) { // what it was, until all is ready
        node.op = GGML_OP_FLASH_ATTN_EXT;
        std::memcpy(node.op_params, node.op_params + kept_parameters, n_parameters * sizeof(int32_t));
    }
    // A graph has each layer's cache once, in the same order each time.
    const ggml_tensor * cache = node.src[1]->view_src;
    if (!first_cache_) first_cache_ = cache;
    if (!kernel_ || !cache) return;
    if (cache == first_cache_) n_masks_ = n_works_ = 0;
    try {
        if (reads_node(node)) prepare(node);
    } catch (const std::bad_alloc &) { // llama.cpp's needs none of it
    }
}

const attention::seen_cells & seen_attention::cells_of(const ggml_tensor & tensor) {
    const auto end = masks_.begin() + static_cast<std::ptrdiff_t>(n_masks_);
    const auto found = std::find_if(masks_.begin(), end, [&](const mask & each) { return each.tensor == &tensor; });
    if (found != end) return found->cells;
    if (n_masks_ == masks_.size()) masks_.emplace_back();
    mask & next = masks_[n_masks_];
    next.tensor = &tensor;
    next.cells.read(tensor);
    n_masks_++;
    return next.cells;
}

void seen_attention::prepare(ggml_tensor & node) {
    const ggml_tensor & queries = *node.src[0];
    const ggml_tensor & keys = *node.src[1];
    const attention::seen_cells & cells = cells_of(*node.src[3]);
    const auto n_heads = static_cast<int>(queries.ne[2]);
    const auto n_sharing = static_cast<int>(queries.ne[2] / keys.ne[2]);
    const auto n_threads = static_cast<int>(scratch_.size());
    if (n_works_ == works_.size()) works_.emplace_back();
    work & own = works_[n_works_];
    own.cells = &cells;
    own.n_heads = heads_together(cells, static_cast<int>(queries.ne[1]), n_heads, n_sharing, n_threads);
    own.slopes = slopes_of(parameter(node.op_params, 1), n_heads);
    own.n_parts = n_threads == 1 || cells.n_tiles() >= tiles_enough * n_threads ? n_heads / own.n_heads : 1;
    own.next = 0;
    const size_t n_values = kernel_->scratch_values(cells.most_tile_rows() * own.n_heads, static_cast<int>(keys.ne[0]),
                                                    static_cast<int>(node.src[2]->ne[0]));
    for (std::vector<float> & each : scratch_) {
        if (each.size() < n_values) each.resize(n_values);
    }
    std::memcpy(node.op_params + kept_parameters, node.op_params, n_parameters * sizeof(int32_t));
    std::memcpy(node.op_params, custom_.op_params, kept_parameters * sizeof(int32_t));
    node.op_params[work_number] = static_cast<int32_t>(n_works_++);
    node.op = custom_.op;
}

/// For ggml's threads: each takes one part after the other, some heads of a tile.
void seen_attention::compute(ggml_tensor * node, int thread, int, void * self) {
    auto & made = *static_cast<seen_attention *>(self);
    if (static_cast<size_t>(thread) >= made.scratch_.size()) return;
    work & own = made.works_[node->op_params[work_number]];
    const ggml_tensor & queries = *node->src[0];
    const ggml_tensor & keys = *node->src[1];
    const ggml_tensor & values = *node->src[2];
    const auto * sinks = node->src[4] ? static_cast<const float *>(node->src[4]->data) : nullptr;
    const auto to_float = [](ggml_type type) {
        return type == GGML_TYPE_F16 ? nullptr : ggml_get_type_traits(type)->to_float;
    };
    attention::head_group group{};
    group.n_heads = own.n_heads;
    group.key_size = static_cast<int>(keys.ne[0]);
    group.value_size = static_cast<int>(values.ne[0]);
    group.query_row_stride = queries.nb[1];
    group.query_head_stride = queries.nb[2];
    group.key_stride = keys.nb[1];
    group.keys_to_float = to_float(keys.type);
    group.value_stride = values.nb[1];
    group.values_to_float = to_float(values.type);
    group.out_row_stride = node->nb[2] / sizeof(float);
    group.scale = parameter(node->op_params + kept_parameters, 0);
    group.softcap = parameter(node->op_params + kept_parameters, 2);
    const auto n_parts = static_cast<int>(queries.ne[2]) / own.n_heads; // of a tile
    const int end = own.cells->n_tiles() * n_parts;
    for (int begin = own.next.fetch_add(own.n_parts); begin < end; begin = own.next.fetch_add(own.n_parts)) {
        for (int part = begin; part < begin + own.n_parts; part++) {
            const int head = part % n_parts * own.n_heads;
            const int64_t shared = head / (queries.ne[2] / keys.ne[2]);
            group.n_ahead = std::clamp(values_ahead / group.key_size, 1, begin + own.n_parts - part);
            group.queries = static_cast<const char *>(queries.data) + head * queries.nb[2];
            group.keys = static_cast<const char *>(keys.data) + shared * keys.nb[2];
            group.values = static_cast<const char *>(values.data) + shared * values.nb[2];
            group.out = static_cast<float *>(node->data) + head * values.ne[0];
            group.slopes = own.slopes.data() + head;
            group.sinks = sinks ? sinks + head : nullptr;
            made.kernel_->attend(group, own.cells->tile(part / n_parts), made.scratch_[thread].data());
        }
    }
}

} // namespace corrsteer
