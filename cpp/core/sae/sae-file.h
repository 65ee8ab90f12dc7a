#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/row-normalization.h"
#include "ggml.h"
#include "platform/tensor-place.h"

namespace corrsteer {

enum class sae_activation { relu, jumprelu, topk, gated };

/// One SAE in the terms of its encoder alone; lib/native/addon.ts (NativeSaePlan) says what the members mean.
struct sae_plan {
    /// A tensor of two dimensions, stored with the values of each feature together, [d_sae, d_model], or the other way
    /// round.
    struct matrix_place : tensor_place {
        bool by_feature = false;
    };
    /// Without a name where the SAE has no such tensor.
    struct tensor_places {
        matrix_place encoder;
        matrix_place decoder;
        tensor_place encoder_bias; // [d_sae]
        tensor_place decoder_bias; // [d_model]
        tensor_place threshold;
        tensor_place log_threshold;
        tensor_place gate_bias;
        tensor_place magnitude_scale;
        tensor_place magnitude_bias;
    };

    std::string path;
    int d_model = 0;
    int d_sae = 0;
    tensor_places tensors;
    sae_activation activation = sae_activation::relu;
    int k = 0;
    std::optional<double> threshold;
    bool threshold_by_decoder_norm = false;
    bool rescale_by_decoder_norm = false;
    bool subtract_decoder_bias = false;
    row_normalization input_normalization = row_normalization::none;
    double input_scale = 1;
    double output_scale = 1;
    ggml_type weight_type = GGML_TYPE_F32;
    std::string device = "cpu";
    int threads = 1;
};

/// The matrix of a `matrix_place`.
struct sae_matrix {
    tensor_view view;
    bool by_feature;
};

/// Norms of the values of each feature, in double. ERR_CANCELLED; ERR_SHAPE_MISMATCH if it has not two dimensions.
std::vector<double> feature_norms(const sae_matrix & matrix, const cancel_token & cancel);

/// The tensors of an SAE as its files store them: shapes are checked when it is opened, each value when it is read
/// (ERR_NON_FINITE with tensor and feature).
class sae_file {
  public:
    /// ERR_SAE_FORMAT if a file is unreadable or does not have what the plan says; ERR_SHAPE_MISMATCH.
    explicit sae_file(sae_plan plan);

    const sae_plan & plan() const { return plan_; }

    /// A tensor of one value per feature [d_sae].
    std::vector<float> values(const tensor_place & place) const;
    /// The decoder's bias [d_model]; zeros if it has none.
    std::vector<float> decoder_bias() const;
    /// Encoders of `count` features from `begin` on, [count, d_model].
    void encoder_rows(int begin, int count, float * out) const;
    /// Decoder row of one feature as it is stored, [d_model].
    void decoder_row(int feature, float * out) const;
    /// What one of each of these features adds, in raw residual units, [features.size(), d_model]: reads their decoder
    /// rows alone. ERR_OUT_OF_RANGE.
    std::vector<float> directions(const std::vector<uint32_t> & features) const;
    /// Gives back the memory of what was read so far.
    void release() const;
    /// Norms of the decoder's rows, [d_sae]: reads, and so checks, all of it. ERR_CANCELLED.
    std::vector<double> decoder_norms(const cancel_token & cancel) const;

  private:
    tensor_view tensor(const tensor_place & place, const std::vector<uint64_t> & shape) const;
    sae_matrix stored(const sae_plan::matrix_place & place) const;
    std::vector<float> vector(const tensor_place & place, int size) const;
    void scale_direction(uint32_t feature, float * row) const;
    /// Of `count` features from `begin` on, [count, d_model].
    void rows(const sae_matrix & source, int begin, int count, float * out) const;

    sae_plan plan_;
    std::map<std::string, mapped_file> files_;
    sae_matrix encoder_;
    sae_matrix decoder_;
};

} // namespace corrsteer
