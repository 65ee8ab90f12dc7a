#include "engine/residual-hook.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <numeric>

#include "ggml-backend.h"

namespace corrsteer {

namespace {

constexpr const char * block_output = "l_out-";

/// What llama.cpp's graphs call the input of block 0, step by step: embedded, scaled (Gemma), with positions (GPT-2),
/// normed (Bloom, whose norm is numbered as if it were the block's).
constexpr const char * embedding_names[] = {
    "embd",      "inp_embd",         "inp_scaled",         "inp_embd_scaled",  "inpL", "inp_norm", "inp_norm-0",
    "embd_norm", "embedding_output", "model.embed_tokens", "model.input_embed"};

error hook_error(int layer, const std::string & what) {
    return error("ERR_HOOK_POINT", "layer " + std::to_string(layer) + ": " + what,
                 {{"layer", static_cast<double>(layer)}});
}

/// Sum of squares of n values, in independent lanes, so that compilers vectorise it: it runs for each row and layer
/// while all threads wait.
template <typename Value>
double squares(int n, Value value) {
    constexpr int lanes = 8;
    double sums[lanes] = {};
    int i = 0;
    for (; i + lanes <= n; i += lanes) {
        for (int j = 0; j < lanes; j++) {
            const double x = value(i + j);
            sums[j] += x * x;
        }
    }
    for (; i < n; i++) sums[0] += static_cast<double>(value(i)) * value(i);
    return std::accumulate(sums, sums + lanes, 0.0);
}

error too_strong(int layer) {
    return error("ERR_NON_FINITE",
                 "layer " + std::to_string(layer) +
                     ": the steered residual stream is not finite: the steering is too strong",
                 {{"layer", static_cast<double>(layer)}});
}

} // namespace

bool residual_hook::on_node(ggml_tensor * node, bool ask, void * user_data) noexcept {
    auto & hook = *static_cast<residual_hook *>(user_data);
    if (!hook.active_) return false;
    if (ask) return hook.wants(*node);
    try {
        hook.on_rows(*node);
    } catch (...) {
        hook.failure_ = std::current_exception();
    }
    return !hook.failure_;
}

/// "l_out-<il>" in full, or the input of block 0: its layer; -2 for any other node.
int residual_hook::layer_of(const char * name) const {
    if (std::strncmp(name, block_output, 6) == 0) {
        char * end = nullptr;
        const long il = std::strtol(name + 6, &end, 10);
        return end != name + 6 && *end == '\0' && il >= 0 && il < n_layer_ ? static_cast<int>(il) : -2;
    }
    return !embedding_node_.empty() && embedding_node_ == name ? -1 : -2;
}

bool residual_hook::wants(const ggml_tensor & node) {
    if (probing_) {
        probe(node);
        return false;
    }
    const int layer = layer_of(node.name);
    if (layer < -1) return false;
    layer_state & state = at(layer);
    return state.read || state.steer;
}

/// One row [n_embd] a token; some architectures carry several streams in one node.
bool residual_hook::holds_rows(const ggml_tensor & node) const {
    return node.type == GGML_TYPE_F32 && node.ne[0] == n_embd_ && ggml_is_contiguous(&node) && ggml_is_matrix(&node);
}

void residual_hook::on_rows(ggml_tensor & node) {
    const int layer = layer_of(node.name);
    layer_state & state = at(layer);
    if (!holds_rows(node)) throw hook_error(layer, "the node is no matrix of float32 rows of n_embd");
    const int n_rows = static_cast<int>(rows_.size());
    const int first = state.pieces * n_ubatch_;
    const int last = std::min(first + n_ubatch_, n_rows);
    std::vector<int> present; // rows of the batch that this piece has, in order
    for (int i = first; i < last; i++) {
        if (node.ne[1] == last - first || rows_[i].output) present.push_back(i);
    }
    if (static_cast<int64_t>(present.size()) != node.ne[1]) {
        throw hook_error(layer, "expected " + std::to_string(last - first) + " rows, or those with output, got " +
                                    std::to_string(node.ne[1]));
    }
    state.pieces++;
    ggml_backend_buffer_t buffer = node.view_src ? node.view_src->buffer : node.buffer;
    if (ggml_backend_buffer_is_host(buffer)) {
        visit_on_host(layer, node, present);
    } else {
        visit_on_device(layer, node, present, ggml_backend_buft_get_device(ggml_backend_buffer_get_type(buffer)));
    }
    state.rows += static_cast<int>(present.size());
}

/// Adds first, then reads: what a capture sees is what the next block sees.
void residual_hook::visit_on_host(int layer, ggml_tensor & node, const std::vector<int> & present) {
    for (size_t i = 0; i < present.size(); i++) {
        const int index = present[i];
        const hook_row & row = rows_[index];
        auto * data = reinterpret_cast<float *>(static_cast<char *>(node.data) + i * node.nb[1]);
        try {
            if (steering_at(layer, row)) add_on_host(layer, row, data);
            if (sinks(layer, index)) row.sink->append(layer, row.slot, data);
        } catch (...) {
            failures_.emplace(index, std::current_exception());
        }
    }
}

/// A sum that is not finite is never written: it would go into the cache, where even masked cells are multiplied (by
/// 0).
void residual_hook::add_on_host(int layer, const hook_row & row, float * data) {
    const float * vector = row.steering->at(layer);
    const double before = squares(n_embd_, [&](int i) { return data[i]; });
    const double after = squares(n_embd_, [&](int i) { return data[i] + vector[i]; });
    if (!std::isfinite(after)) throw too_strong(layer);
    note_steered(layer, row, std::sqrt(before));
    for (int i = 0; i < n_embd_; i++) data[i] += vector[i];
}

void residual_hook::visit_on_device(int layer, ggml_tensor & node, const std::vector<int> & present,
                                    ggml_backend_dev_t device) {
    std::vector<const steering *> steerings;
    for (const int i : present) steerings.push_back(steering_at(layer, rows_[i]));
    if (std::any_of(steerings.begin(), steerings.end(), [](const auto * vectors) { return vectors; })) {
        auto & adder = adders_[device];
        if (!adder) adder = std::make_unique<device_steering>(device, n_embd_);
        const std::vector<row_norms> norms = adder->add(node, layer, steerings);
        for (size_t i = 0; i < present.size(); i++) {
            if (!steerings[i]) continue;
            on_device_.steered++;
            if (std::isfinite(norms[i].after)) {
                note_steered(layer, rows_[present[i]], norms[i].before);
            } else {
                failures_.emplace(present[i], std::make_exception_ptr(too_strong(layer)));
                staging_.assign(n_embd_, 0.0f); // not every backend can set a part of a tensor to zero by itself
                on_device_.written++;
                ggml_backend_tensor_set(&node, staging_.data(), i * node.nb[1], n_embd_ * sizeof(float));
            }
        }
    }
    staging_.resize(n_embd_);
    for (size_t i = 0; i < present.size(); i++) {
        if (!sinks(layer, present[i])) continue;
        const hook_row & row = rows_[present[i]];
        on_device_.read++;
        ggml_backend_tensor_get(&node, staging_.data(), i * node.nb[1], n_embd_ * sizeof(float));
        try {
            row.sink->append(layer, row.slot, staging_.data());
        } catch (...) {
            failures_.emplace(present[i], std::current_exception());
        }
    }
}

/// What the hook is to add to a row at this layer; null: nothing.
const steering * residual_hook::steering_at(int layer, const hook_row & row) {
    return row.steering && at(layer).steer && row.steering->at(layer) ? row.steering : nullptr;
}

bool residual_hook::sinks(int layer, int row) const {
    const row_sink * sink = rows_[row].sink;
    if (!sink || failures_.count(row)) return false;
    return std::binary_search(sink->layers().begin(), sink->layers().end(), layer);
}

void residual_hook::note_steered(int layer, const hook_row & row, double residual_norm) {
    if (!row.receipts) return;
    const auto & layers = row.steering->layers();
    auto & receipt = (*row.receipts)[std::lower_bound(layers.begin(), layers.end(), layer) - layers.begin()];
    const double added = row.steering->norm_at(layer);
    receipt.rows++;
    receipt.added_norm_sum += added;
    receipt.added_norm_max = std::max(receipt.added_norm_max, added);
    receipt.residual_norm_sum += residual_norm;
}

void residual_hook::throw_failure_of(int row) const {
    const auto found = failures_.find(row);
    if (found != failures_.end()) std::rethrow_exception(found->second);
}

void residual_hook::begin(std::vector<hook_row> rows) {
    rows_ = std::move(rows);
    layers_.assign(n_layer_ + 1, {});
    failure_ = nullptr;
    failures_.clear();
    for (const hook_row & row : rows_) {
        if (row.sink) {
            for (const int layer : row.sink->layers()) at(layer).read = true;
        }
        if (!row.steering) continue;
        for (const int layer : row.steering->layers()) {
            at(layer).steer = true;
        }
    }
    active_ = std::any_of(layers_.begin(), layers_.end(), [](const auto & s) { return s.read || s.steer; });
}

void residual_hook::throw_failure() const {
    if (failure_) std::rethrow_exception(failure_);
}

void residual_hook::end() {
    active_ = false;
    const int n_rows = static_cast<int>(rows_.size());
    const int n_outputs =
        static_cast<int>(std::count_if(rows_.begin(), rows_.end(), [](const auto & r) { return r.output; }));
    for (int layer = -1; layer < n_layer_; layer++) {
        const layer_state & state = at(layer);
        if (!state.read && !state.steer) continue;
        if (state.rows == n_rows || state.rows == n_outputs) continue;
        throw hook_error(layer, "the graph gave " + std::to_string(state.rows) + " of " + std::to_string(n_rows) +
                                    " rows: this architecture has no such hook point");
    }
}

void residual_hook::begin_probe() {
    probing_ = active_ = before_blocks_ = true;
    embedding_node_.clear();
    found_.assign(n_layer_ + 1, 0);
}

/// Before the first node of block 0 ("<name>-0") the graph embeds the tokens: the last of the names is the block's
/// input.
void residual_hook::probe(const ggml_tensor & node) {
    const std::string name = node.name;
    const bool embeds =
        std::find(std::begin(embedding_names), std::end(embedding_names), name) != std::end(embedding_names);
    if (before_blocks_ && embeds && holds_rows(node)) {
        embedding_node_ = name;
        found_[0] = 1;
    }
    const size_t dash = name.rfind('-');
    if (!embeds && dash != std::string::npos && name.compare(dash, std::string::npos, "-0") == 0)
        before_blocks_ = false;
    const int layer = layer_of(node.name);
    if (layer >= 0 && holds_rows(node)) found_[layer + 1] = 1;
}

void residual_hook::end_probe() {
    probing_ = active_ = false;
}

bool residual_hook::has_layer(int layer) const {
    return layer >= -1 && layer < n_layer_ && found_[layer + 1] != 0;
}

} // namespace corrsteer
