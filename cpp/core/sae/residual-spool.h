#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/row-sink.h"
#include "platform/temporary-file.h"
#include "sae/pooling.h"
#include "sae/sae.h"

namespace corrsteer {

struct spool_options {
    /// -1 is the input of block 0.
    std::vector<int> layers;
    int n_embd = 0;
    /// Rows beyond this many bytes go to a temporary file in `directory`.
    size_t memory_bytes = 0;
    std::string directory;
};

/// The rows of some slots, pooled: no rows pool to zeros.
struct pooled_residual {
    std::vector<double> means;     ///< [slots, n_embd]
    std::vector<double> norm_sums; ///< [slots], over the rows of each
    std::vector<uint32_t> rows;    ///< [slots]
};

/// Residual rows [n_embd] by layer and slot (one slot a sample), waiting for the encoder. Any thread may call anything.
class residual_spool : public row_sink {
  public:
    /// ERR_OUT_OF_RANGE for a layer below -1 or an n_embd below 1.
    explicit residual_spool(spool_options options);

    int n_embd() const override { return options_.n_embd; }
    const std::vector<int> & layers() const override { return options_.layers; }

    /// ERR_FILE_WRITE: the row is not kept, all others are.
    void append(int layer, int slot, const float * row) override;

    /// [rows, n_embd] in the order of `append`; empty for a slot never seen. ERR_OUT_OF_RANGE for a layer not spooled.
    std::vector<float> rows(int layer, int slot) const;

    /// Encodes a layer's rows and pools them: row i of the result is slot `slots[i]`, over its first `ends[i]` rows.
    /// Without an SAE the coordinates of the rows themselves are pooled, all n_embd of them.
    /// Rows go through the encoder in full tiles across slots; no more than one tile of activations exists at a time.
    /// ERR_SHAPE_MISMATCH for an SAE of another width; the encoder's errors; ERR_CANCELLED between two tiles.
    sparse_rows encode(int layer, const std::shared_ptr<const sae> & sae, const std::vector<int> & slots,
                       const std::vector<int> & ends, const std::vector<pooling> & poolings,
                       const cancel_token & cancel = never_cancelled) const;

    /// Encodes a layer's rows, of each slot all but the first `skip`, and hands their activations on. Throws as above.
    void encode(int layer, const std::shared_ptr<const sae> & sae, const std::vector<int> & slots, size_t skip,
                activation_sink & sink, const cancel_token & cancel = never_cancelled) const;

    /// The mean of each slot's first `ends[i]` rows, and their norms.
    pooled_residual pool(int layer, const std::vector<int> & slots, const std::vector<int> & ends) const;

  private:
    /// Where the rows of one layer and slot are, in order.
    using places = std::vector<uint32_t>;

    sparse_rows pool_coordinates(int layer, const std::vector<int> & slots, const std::vector<int> & ends,
                                 const std::vector<pooling> & poolings) const;
    void check_layer(int layer) const;
    void encode(const std::shared_ptr<const sae> & sae, const std::vector<places> & slots, activation_sink & sink,
                const cancel_token & cancel) const;
    places first_rows(int layer, int slot, int end) const;
    void read(uint32_t place, float * out) const;

    spool_options options_;
    mutable std::mutex mutex_;
    std::map<int, std::unordered_map<int, places>> slots_;
    uint32_t n_rows_ = 0;
    uint32_t n_memory_rows_;
    std::vector<std::vector<float>> blocks_;
    std::unique_ptr<temporary_file> file_;
};

} // namespace corrsteer
