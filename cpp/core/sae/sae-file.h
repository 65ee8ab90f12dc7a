#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ggml.h"
#include "platform/safetensors.h"

namespace corrsteer {

enum class sae_activation { relu, jumprelu, topk, gated };
enum class sae_normalization { none, center, layer_norm, constant_norm_rescale };

/// One SAE in the terms of its encoder alone; lib/native/addon.ts (NativeSaePlan) says what the members mean.
struct sae_plan {
    /// Names in the file; empty where the SAE has no such tensor.
    struct tensor_names {
        std::string encoder;      // [d_model, d_sae]
        std::string encoder_bias; // [d_sae]
        std::string decoder;      // [d_sae, d_model]
        std::string decoder_bias; // [d_model]
        std::string threshold;
        std::string gate_bias;
        std::string magnitude_scale;
        std::string magnitude_bias;
    };

    std::string path;
    int d_model = 0;
    int d_sae = 0;
    tensor_names tensors;
    sae_activation activation = sae_activation::relu;
    int k = 0;
    bool rescale_by_decoder_norm = false;
    bool subtract_decoder_bias = false;
    sae_normalization input_normalization = sae_normalization::none;
    double input_scale = 1;
    ggml_type weight_type = GGML_TYPE_F32;
    std::string device = "cpu";
    int threads = 1;
};

/// The tensors of an SAE as its file stores them: shapes are checked when it is opened, each value when it is read
/// (ERR_NON_FINITE with tensor and feature).
class sae_file {
  public:
    /// ERR_SAE_FORMAT if the file is unreadable or does not have what the plan names; ERR_SHAPE_MISMATCH.
    explicit sae_file(sae_plan plan);

    const sae_plan & plan() const { return plan_; }

    /// A tensor of one value per feature [d_sae], or the decoder's bias [d_model].
    std::vector<float> values(const std::string & name) const;
    /// Encoders of `count` features from `begin` on, [count, d_model].
    void encoder_rows(int begin, int count, float * out) const;
    /// Decoder row of one feature, [d_model].
    void decoder_row(int feature, float * out) const;

  private:
    const tensor_view & tensor(const std::string & name, std::vector<uint64_t> shape) const;

    sae_plan plan_;
    safetensors file_;
    const tensor_view & encoder_;
    const tensor_view & decoder_;
};

} // namespace corrsteer
