#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "ggml-cpp.h"
#include "products/products.h"
#include "sae/fired-rows.h"
#include "sae/sae.h"

namespace corrsteer {

/// What of a tile's activations crosses to the host, where its memory is not the device's.
enum class brought { all, fired };

/// Encodes tiles of rows with one SAE, its graph and buffers kept from tile to tile. One thread at a time.
class sae_encoder {
  public:
    /// ERR_OUT_OF_MEMORY; ERR_INVALID_ARGUMENT if the device lacks an operation.
    explicit sae_encoder(std::shared_ptr<const sae> sae, brought brought = brought::all);

    /// Most rows of one tile.
    int tile_rows() const { return tile_rows_; }

    /// rows [n_rows, d_model], n_rows <= tile_rows -> activations [n_rows, d_sae], valid until the next call.
    /// ERR_NON_FINITE for a row with NaN or infinity, and for an activation that overflows.
    const float * encode(const float * rows, int n_rows);
    /// The same on a thread that has the right to compute on the CPU.
    const float * encode_within_turn(const float * rows, int n_rows);
    /// The same as `encode`, or null where what fires was found on the device, and alone brought: `fired` has it then.
    const float * encode(const float * rows, int n_rows, fired_rows & fired);

  private:
    void build(int n_rows);
    const ggml_tensor * unsupported() const;
    float prepare(const float * rows, int n_rows);
    void compute(int n_rows);
    const float * read_all(float largest);
    void check_finite(const float * activations) const;
    void select_largest(float * activations);

    std::shared_ptr<const sae> sae_;
    brought brought_;
    int tile_rows_;
    int n_rows_ = 0;
    ggml_context_ptr context_;
    ggml_gallocr_ptr allocator_;
    ggml_cgraph * graph_ = nullptr;
    ggml_tensor * input_ = nullptr;
    ggml_tensor * output_ = nullptr;
    std::optional<fired_finder> finder_;
    std::optional<matrix_products> products_; ///< on the CPU
    std::vector<float> prepared_;
    std::vector<float> host_output_; // where the device's memory is not the host's
    std::vector<int> positive_;
};

/// Any number of rows [n_rows, d_model] -> activations [n_rows, d_sae]. ERR_CANCELLED between two tiles.
std::vector<float> encode(const std::shared_ptr<const sae> & sae, const std::vector<float> & rows,
                          const cancel_token & cancel = never_cancelled);

/// Normalises a row and subtracts `center` (empty for none): what the encoder's matrix is multiplied with.
/// center: x - mean; layer_norm: (x - mean) / (sigma + 1e-5), sigma over d - 1; constant_norm_rescale: x sqrt(d) / |x|.
void prepare_row(const float * row, int d_model, row_normalization normalization, const std::vector<float> & center,
                 float * out);

} // namespace corrsteer
