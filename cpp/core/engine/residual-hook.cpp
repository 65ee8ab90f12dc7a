#include "engine/residual-hook.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <utility>

#include "ggml-backend.h"
#include "platform/largest-magnitude.h"

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

error row_not_finite(int layer) {
    return error(
        "ERR_NON_FINITE",
        "layer " + std::to_string(layer) +
            ": a row of the residual stream is not finite: the steering is too strong, or the model is damaged",
        {{"layer", static_cast<double>(layer)}});
}

} // namespace

bool residual_hook::on_node(ggml_tensor * node, bool ask, void * user_data) noexcept {
    auto & hook = *static_cast<residual_hook *>(user_data);
    if (ask) hook.additions_.give_back(*node); // of an evaluation before this one of the same graph
    if (!hook.active_) return false;
    if (ask) return hook.wants(*node);
    try {
        hook.on_rows(*node);
    } catch (...) {
        hook.failure_ = std::current_exception();
    }
    return !hook.failure_ && hook.layer_of(node->name) != hook.end_;
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

bool residual_hook::wants(ggml_tensor & node) {
    if (probing_) {
        probe(node);
        return false;
    }
    const int layer = layer_of(node.name);
    if (layer < -1 || !at(layer).wanted) return false;
    return !take(layer, node);
}

/// One row [n_embd] a token; some architectures carry several streams in one node.
bool residual_hook::holds_rows(const ggml_tensor & node) const {
    return node.type == GGML_TYPE_F32 && node.ne[0] == n_embd_ && ggml_is_contiguous(&node) && ggml_is_matrix(&node);
}

/// Rows of the batch that the node, the layer's next piece, has, in order. Throws ERR_HOOK_POINT.
std::vector<int> residual_hook::present_rows(int layer, const ggml_tensor & node) const {
    if (!holds_rows(node)) throw hook_error(layer, "the node is no matrix of float32 rows of n_embd");
    const int first = layers_[layer + 1].pieces * n_ubatch_;
    const int last = std::min(first + n_ubatch_, static_cast<int>(rows_.size()));
    std::vector<int> present;
    for (int i = first; i < last; i++) {
        if (node.ne[1] == last - first || rows_[i].output) present.push_back(i);
    }
    if (static_cast<int64_t>(present.size()) != node.ne[1]) {
        throw hook_error(layer, "expected " + std::to_string(last - first) + " rows, or those with output, got " +
                                    std::to_string(node.ne[1]));
    }
    return present;
}

void residual_hook::came(int layer, size_t n_rows) {
    at(layer).pieces++;
    at(layer).rows += static_cast<int>(n_rows);
}

/// Whether the node's rows will be visited as they are added. Otherwise nothing was done.
bool residual_hook::take(int layer, ggml_tensor & node) {
    if (layer == end_ || !block_additions::can_take(node)) return false;
    try {
        added_piece piece{layer, present_rows(layer, node), {}};
        if (std::any_of(piece.rows.begin(), piece.rows.end(), [&](int row) { return may_replace(layer, row); }))
            return false; // those of one map together
        piece.changes.resize(piece.rows.size());
        pieces_.push_back(std::move(piece));
    } catch (const std::exception &) { // which will come again
        return false;
    }
    additions_.take(node, pieces_.size() - 1);
    came(layer, pieces_.back().rows.size());
    return true;
}

void residual_hook::visit(size_t piece, size_t i, float * row) noexcept {
    added_piece & of = pieces_[piece];
    guarded(of.rows[i], [&] {
        test(of.layer, of.rows[i], row);
        of.changes[i] = steer(of.layer, of.rows[i], row);
        read(of.layer, of.rows[i], row);
    });
}

/// Sinks know one thread.
bool residual_hook::is_callers(size_t piece, size_t i) const noexcept {
    return appends(pieces_[piece].layer, pieces_[piece].rows[i]);
}

void residual_hook::on_rows(ggml_tensor & node) {
    const int layer = layer_of(node.name);
    const std::vector<int> present = present_rows(layer, node);
    ggml_backend_buffer_t buffer = node.view_src ? node.view_src->buffer : node.buffer;
    if (ggml_backend_buffer_is_host(buffer)) {
        visit_on_host(layer, node, present);
    } else {
        visit_on_device(layer, node, present, ggml_backend_buft_get_device(ggml_backend_buffer_get_type(buffer)));
    }
    came(layer, present.size());
}

/// What goes wrong with a row is its own.
template <typename Work>
void residual_hook::guarded(int row, const Work & work) {
    try {
        work();
    } catch (...) {
        fail(row, std::current_exception());
    }
}

/// The first of a row is told.
void residual_hook::fail(int row, std::exception_ptr failure) {
    if (!failures_[row]) failures_[row] = std::move(failure);
}

/// What is done to a row at a layer; null for nothing.
const steering::steered_layer * residual_hook::steered_at(int layer, int row) const {
    const auto * steering = rows_[row].steering;
    return steering ? steering->at(layer) : nullptr;
}

/// Conditions read the row as it comes; sinks and probes as it goes on: what they see is what the next block sees.
void residual_hook::visit_on_host(int layer, ggml_tensor & node, const std::vector<int> & present) {
    auto * rows = static_cast<float *>(node.data);
    const auto data_of = [&](size_t i) { return rows + i * static_cast<size_t>(n_embd_); };
    for (size_t i = 0; i < present.size(); i++) {
        guarded(present[i], [&] { test(layer, present[i], data_of(i)); });
    }
    replace(layer, present, rows);
    for (size_t i = 0; i < present.size(); i++) {
        guarded(present[i], [&] {
            note(layer, rows_[present[i]], steer(layer, present[i], data_of(i)));
            read(layer, present[i], data_of(i));
        });
    }
}

/// A vector alone is added there; for all else a row comes here, and goes back if it changed.
void residual_hook::visit_on_device(int layer, ggml_tensor & node, const std::vector<int> & present,
                                    ggml_backend_dev_t device) {
    const size_t size = static_cast<size_t>(n_embd_) * sizeof(float);
    staging_.resize(static_cast<size_t>(n_embd_));
    const auto bring = [&](size_t i) {
        on_device_.read++;
        ggml_backend_tensor_get(&node, staging_.data(), i * node.nb[1], size);
    };
    const auto put = [&](size_t i) {
        on_device_.written++;
        ggml_backend_tensor_set(&node, staging_.data(), i * node.nb[1], size);
    };
    std::vector<const steering::step *> vectors(present.size());
    for (size_t i = 0; i < present.size(); i++) {
        const int index = present[i];
        guarded(index, [&] {
            const hook_row & row = rows_[index];
            const bool is_tested = tests(layer, row);
            if (is_tested) {
                bring(i);
                test(layer, index, staging_.data());
            }
            const auto * at = steered_at(layer, index);
            if (!at) return;
            vectors[i] = only_vector(*at, row.place, held_[index]);
            if (vectors[i]) return;
            if (replacing(layer, index)) return;
            if (!is_tested && n_acting(*at, row.place, held_[index]) > 0) bring(i);
            const row_change change = steer(layer, index, staging_.data());
            note(layer, row, change);
            if (change.what == row_change::kind::steered) put(i);
        });
    }
    if (replaces(layer, present)) {
        std::vector<float> rows(present.size() * static_cast<size_t>(n_embd_));
        ggml_backend_tensor_get(&node, rows.data(), 0, rows.size() * sizeof(float));
        replace(layer, present, rows.data());
        ggml_backend_tensor_set(&node, rows.data(), 0, rows.size() * sizeof(float));
        on_device_.read += present.size();
        on_device_.written += present.size();
    }
    if (std::any_of(vectors.begin(), vectors.end(), [](const auto * step) { return step; })) {
        auto & adder = adders_[device];
        if (!adder) adder = std::make_unique<device_steering>(device, n_embd_);
        const std::vector<row_norms> norms = adder->add(node, layer, vectors);
        for (size_t i = 0; i < present.size(); i++) {
            if (!vectors[i]) continue;
            on_device_.steered++;
            if (std::isfinite(norms[i].after)) {
                note(layer, rows_[present[i]], {row_change::kind::steered, norms[i].before, vectors[i]->norm});
            } else {
                fail(present[i], std::make_exception_ptr(too_strong(layer)));
                // Not every backend can set a part of a tensor to zero by itself.
                staging_.assign(staging_.size(), 0.0f);
                put(i);
            }
        }
    }
    for (size_t i = 0; i < present.size(); i++) {
        if (!reads(layer, present[i])) continue;
        bring(i);
        guarded(present[i], [&] { read(layer, present[i], staging_.data()); });
    }
}

/// What a row is replaced by at a layer; null where it is not.
const steering::step * residual_hook::replacing(int layer, int row) const {
    const auto * at = steered_at(layer, row);
    return at ? corrsteer::replacing(*at, rows_[row].place, held_[row]) : nullptr;
}

/// Whether it is, if a condition holds.
bool residual_hook::may_replace(int layer, int row) const {
    const auto * at = steered_at(layer, row);
    return at && at->steps.front().by;
}

bool residual_hook::replaces(int layer, const std::vector<int> & present) const {
    return std::any_of(present.begin(), present.end(), [&](int row) { return replacing(layer, row); });
}

/// The rows [present.size(), n_embd] that are replaced, those of one map together.
void residual_hook::replace(int layer, const std::vector<int> & present, float * rows) {
    std::map<const row_map *, std::vector<size_t>> of_map;
    for (size_t i = 0; i < present.size(); i++) {
        if (const auto * step = replacing(layer, present[i])) of_map[step->by.get()].push_back(i);
    }
    const auto width = static_cast<size_t>(n_embd_);
    for (const auto & of : of_map) {
        const row_map & map = *of.first;
        const auto & indices = of.second;
        std::vector<float> made(indices.size() * width);
        const auto copy = [&](size_t k) {
            const float * row = rows + indices[k] * width;
            std::copy(row, row + width, made.begin() + static_cast<std::ptrdiff_t>(k * width));
        };
        for (size_t k = 0; k < indices.size(); k++) copy(k);
        bool whole = true;
        try {
            map.replace(made.data(), static_cast<int>(indices.size()));
        } catch (...) {
            whole = false; // by a fault of one row: each by itself then
        }
        for (size_t k = 0; k < indices.size(); k++) {
            const int row = present[indices[k]];
            guarded(row, [&] {
                float * by = made.data() + k * width;
                if (!whole) {
                    copy(k);
                    map.replace(by, 1);
                }
                const double share = replacing(layer, row)->share;
                note(layer, rows_[row], replace_row(layer, by, share, rows + indices[k] * width, width));
            });
        }
    }
}

bool residual_hook::tests(int layer, const hook_row & row) const {
    if (!row.steering) return false;
    const auto & conditions = row.steering->conditions();
    return std::any_of(conditions.begin(), conditions.end(), [&](const auto & of) { return of.of.layer() == layer; });
}

void residual_hook::test(int layer, int row, const float * data) {
    if (!rows_[row].steering) return;
    const auto & conditions = rows_[row].steering->conditions();
    for (size_t i = 0; i < conditions.size(); i++) {
        if (conditions[i].of.layer() == layer) held_[row][i] = conditions[i].of.at(data) > conditions[i].above;
    }
}

row_change residual_hook::steer(int layer, int row, float * data) const {
    const auto * at = steered_at(layer, row);
    return at ? steer_row(*at, rows_[row].place, held_[row], data) : row_change{};
}

bool residual_hook::appends(int layer, int row) const {
    const row_sink * sink = rows_[row].sink;
    return sink && std::binary_search(sink->layers().begin(), sink->layers().end(), layer);
}

bool residual_hook::reads(int layer, int row) const {
    if (failures_[row]) return false;
    const hook_row & of = rows_[row];
    const auto watches = [&](const auto & probe) { return probe.layer() == layer; };
    if (of.watch && std::any_of(of.watch->begin(), of.watch->end(), watches)) return true;
    return appends(layer, row);
}

void residual_hook::read(int layer, int row, const float * data) {
    if (!reads(layer, row)) return;
    const hook_row & of = rows_[row];
    for (size_t i = 0; of.watch && i < of.watch->size(); i++) {
        if ((*of.watch)[i].layer() == layer) of.watched[i] = static_cast<float>((*of.watch)[i].at(data));
    }
    if (!appends(layer, row)) return;
    if (end_ < n_layer_ && !std::isfinite(largest_magnitude(data, static_cast<size_t>(n_embd_))))
        throw row_not_finite(layer); // as logits would tell, were there any
    of.sink->append(layer, of.slot, data);
}

void residual_hook::note(int layer, const hook_row & row, const row_change & change) {
    if (!row.receipts || change.what == row_change::kind::none) return;
    auto & receipt = (*row.receipts)[row.steering->at(layer) - row.steering->layers().data()];
    if (change.what == row_change::kind::left) {
        receipt.left_alone++;
        return;
    }
    receipt.rows++;
    receipt.added_norm_sum += change.added_norm;
    receipt.added_norm_max = std::max(receipt.added_norm_max, change.added_norm);
    receipt.residual_norm_sum += change.residual_norm;
}

void residual_hook::throw_failure_of(int row) const {
    if (failures_[row]) std::rethrow_exception(failures_[row]);
}

void residual_hook::begin(std::vector<hook_row> rows, bool ends_early) {
    rows_ = std::move(rows);
    layers_.assign(n_layer_ + 1, {});
    failure_ = nullptr;
    failures_.assign(rows_.size(), nullptr);
    pieces_.clear();
    held_.assign(rows_.size(), {});
    for (size_t i = 0; i < rows_.size(); i++) {
        if (rows_[i].steering) held_[i].resize(rows_[i].steering->conditions().size());
        want(rows_[i]);
    }
    const auto last =
        std::find_if(layers_.rbegin(), layers_.rend(), [](const layer_state & state) { return state.wanted; });
    active_ = last != layers_.rend();
    end_ = ends_early && active_ ? static_cast<int>(layers_.rend() - last) - 2 : n_layer_;
}

/// The layers where something may be done to a row, or is read of it.
void residual_hook::want(const hook_row & row) {
    if (row.sink) {
        for (const int layer : row.sink->layers()) at(layer).wanted = true;
    }
    if (row.watch) {
        for (const auto & watched : *row.watch) at(watched.layer()).wanted = true;
    }
    if (!row.steering) return;
    const auto & conditions = row.steering->conditions();
    for (const auto & steered : row.steering->layers()) {
        for (const auto & step : steered.steps) {
            if (!step.acts_at(row.place)) continue;
            at(steered.layer).wanted = true;
            if (step.condition >= 0) at(conditions[static_cast<size_t>(step.condition)].of.layer()).wanted = true;
        }
    }
}

void residual_hook::throw_failure() const {
    if (failure_) std::rethrow_exception(failure_);
}

void residual_hook::end() {
    active_ = false;
    for (const added_piece & piece : pieces_) {
        for (size_t i = 0; i < piece.rows.size(); i++) note(piece.layer, rows_[piece.rows[i]], piece.changes[i]);
    }
    const int n_rows = static_cast<int>(rows_.size());
    const int n_outputs =
        static_cast<int>(std::count_if(rows_.begin(), rows_.end(), [](const auto & r) { return r.output; }));
    for (int layer = -1; layer < n_layer_; layer++) {
        const layer_state & state = at(layer);
        if (!state.wanted) continue;
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
