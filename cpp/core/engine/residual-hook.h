#pragma once

#include <exception>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/block-additions.h"
#include "engine/device-steering.h"
#include "engine/row-sink.h"
#include "engine/row-steering.h"
#include "engine/steering.h"
#include "ggml.h"
#include "platform/error.h"

namespace corrsteer {

/// What was done to one branch at one layer.
struct layer_receipt {
    int layer = 0;
    int64_t rows = 0;       ///< steered
    int64_t left_alone = 0; ///< by a condition, or a target that was reached
    double added_norm_sum = 0;
    double added_norm_max = 0;
    double residual_norm_sum = 0;
};

/// Residual rows on a device whose memory is not the host's.
struct device_rows {
    uint64_t steered = 0; ///< there: only two norms of each come back
    uint64_t read = 0;    ///< to the host: for a sink, a probe, a condition or a target
    uint64_t written = 0; ///< from the host: steered here, or made infinite there
};

/// What a row of the coming decode wants of the residual stream. Pointers outlive the decode.
struct hook_row {
    bool output = false; ///< the row's logits are wanted, so that the last block computes it
    const corrsteer::steering * steering = nullptr;
    row_place place;
    std::vector<layer_receipt> * receipts =
        nullptr; ///< one a steered layer, in the order of steering->layers(); null: none
    row_sink * sink = nullptr;
    int slot = 0;
    const std::vector<probe> * watch = nullptr; ///< read once the row was steered
    float * watched = nullptr;                  ///< where to, one a probe
};

/// Reads and adds rows of the residual stream while llama.cpp computes: `resid_post(il)` is the graph's node
/// `l_out-<il>`, and layer -1, the input of block 0, is the node that `embedding_node` names.
///
/// The rows of a layer come in pieces, one a micro-batch of `n_ubatch` rows in batch order; the last block has only the
/// rows that asked for output. So rows are counted, and a layer that was wanted but never came whole is ERR_HOOK_POINT.
///
/// Where the node is a sum on the CPU its rows are visited as they are added (`block_additions`); else llama.cpp
/// computes up to the node, and goes on when they were visited.
class residual_hook : private row_visitor {
  public:
    residual_hook(int n_layer, int n_embd, int n_ubatch)
        : n_layer_(n_layer), n_embd_(n_embd), n_ubatch_(n_ubatch), additions_(*this) {}

    /// For llama_context_params.cb_eval, with the hook as user data: it outlives the context. Never throws: a failure
    /// is parked.
    static bool on_node(ggml_tensor * node, bool ask, void * user_data) noexcept;

    /// Before llama_decode. `ends_early`: nothing is computed beyond the last layer that a row is steered or read at.
    void begin(std::vector<hook_row> rows, bool ends_early = false);
    /// Whether the decode ends before the last layer.
    bool ends_before_outputs() const { return end_ < n_layer_ - 1; }
    /// After it, whatever it returned: throws what was parked.
    void throw_failure() const;
    /// After one that succeeded: ERR_HOOK_POINT where a layer that was wanted did not come.
    void end();
    /// Throws what went wrong with one row alone, by its index in the batch: ERR_NON_FINITE, whatever its sink threw.
    void throw_failure_of(int row) const;

    /// Since the hook was made.
    const device_rows & on_device() const { return on_device_; }

    /// A decode of one row finds the nodes: which layers the graph names, and what the input of block 0 is called.
    void begin_probe();
    void end_probe();
    bool has_layer(int layer) const;

  private:
    struct layer_state {
        bool wanted = false; ///< some row is to be read or steered here
        int pieces = 0;      ///< micro-batches seen
        int rows = 0;        ///< rows seen
    };

    /// Rows of a layer that are visited as they are added.
    struct added_piece {
        int layer;
        std::vector<int> rows;
        std::vector<row_change> changes;
    };

    layer_state & at(int layer) { return layers_[layer + 1]; }
    int layer_of(const char * name) const;
    bool holds_rows(const ggml_tensor & node) const;
    bool wants(ggml_tensor & node);
    std::vector<int> present_rows(int layer, const ggml_tensor & node) const;
    void came(int layer, size_t n_rows);
    bool take(int layer, ggml_tensor & node);
    void visit(size_t piece, size_t i, float * row) noexcept override;
    bool is_callers(size_t piece, size_t i) const noexcept override;
    void on_rows(ggml_tensor & node);
    void visit_on_host(int layer, ggml_tensor & node, const std::vector<int> & present);
    void visit_on_device(int layer, ggml_tensor & node, const std::vector<int> & present, ggml_backend_dev_t device);
    template <typename Work>
    void guarded(int row, const Work & work);
    void fail(int row, std::exception_ptr failure);
    const steering::steered_layer * steered_at(int layer, int row) const;
    const steering::step * replacing(int layer, int row) const;
    bool replaces(int layer, const std::vector<int> & present) const;
    bool may_replace(int layer, int row) const;
    void replace(int layer, const std::vector<int> & present, float * rows);
    bool tests(int layer, const hook_row & row) const;
    void test(int layer, int row, const float * data);
    row_change steer(int layer, int row, float * data) const;
    bool appends(int layer, int row) const;
    bool reads(int layer, int row) const;
    void read(int layer, int row, const float * data);
    void want(const hook_row & row);
    void note(int layer, const hook_row & row, const row_change & change);
    void probe(const ggml_tensor & node);

    int n_layer_;
    int n_embd_;
    int n_ubatch_;
    bool probing_ = false;
    bool before_blocks_ = false; ///< probing, and no node of block 0 was seen yet
    std::string embedding_node_;
    std::vector<char> found_; ///< by layer + 1

    std::vector<hook_row> rows_;
    std::vector<held_conditions> held_; ///< by row
    std::vector<layer_state> layers_;   ///< by layer + 1
    bool active_ = false;
    int end_ = 0; ///< nothing is computed beyond this layer
    block_additions additions_;
    std::vector<added_piece> pieces_;
    std::map<ggml_backend_dev_t, std::unique_ptr<device_steering>> adders_;
    std::vector<float> staging_;
    device_rows on_device_;
    std::exception_ptr failure_;
    std::vector<std::exception_ptr> failures_; ///< by row
};

} // namespace corrsteer
