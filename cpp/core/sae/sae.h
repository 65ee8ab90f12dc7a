#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "ggml-cpp.h"
#include "platform/cancel.h"
#include "platform/cpu-threads.h"
#include "sae/sae-file.h"
#include "sae/sae-fold.h"

namespace corrsteer {

/// One SAE: its encoder on a device in the form of sae-fold.h, its decoder left in the mapped file.
class sae {
  public:
    /// Reads and checks the whole file. ERR_SAE_FORMAT, ERR_SHAPE_MISMATCH, ERR_NON_FINITE, ERR_OUT_OF_MEMORY;
    /// ERR_INVALID_ARGUMENT for a device or weight type that does not fit; ERR_CANCELLED.
    explicit sae(const sae_plan & plan, const cancel_token & cancel = never_cancelled);

    int d_model() const { return plan().d_model; }
    int d_sae() const { return plan().d_sae; }
    /// Bytes on the device.
    size_t size_bytes() const { return ggml_backend_buffer_get_size(buffer_.get()); }
    const sae_plan & plan() const { return file_.plan(); }

    /// As in sae-file.h.
    std::vector<float> decoder_rows(const std::vector<uint32_t> & features) const { return file_.directions(features); }
    /// What the decoder adds whatever fires, in raw residual units, [d_model].
    std::vector<float> decoder_bias() const;
    /// Encoders of `count` features from `begin` on in float32, whatever they are kept as, [count, d_model].
    /// ERR_OUT_OF_RANGE, ERR_NON_FINITE.
    std::vector<float> encoder_rows(int begin, int count) const;

    /// For the encoder. Tensors: weight ne {d_model, d_sae}, bias and threshold ne {d_sae}; threshold is null for
    /// top-k.
    ggml_tensor * weight() const { return weight_; }
    ggml_tensor * bias() const { return bias_; }
    ggml_tensor * threshold() const { return threshold_; }
    const std::vector<float> & center() const { return folded_.center; }
    /// No row whose values are at most `magnitude` can overflow the encoder's sums.
    bool holds_sums_of(float magnitude) const;
    ggml_backend_t backend() const { return backend_.get(); }
    bool is_on_cpu() const { return threads_ != nullptr; }
    /// Whether the host reads what it computes without a copy.
    bool is_on_host() const { return ggml_backend_buffer_is_host(buffer_.get()); }
    /// The right to compute on its backend, and on the CPU when that is the CPU.
    std::unique_lock<fair_mutex> use() const;

  private:
    void fill_weight(const cancel_token & cancel);
    void scale_encoder(int feature, float * row) const;
    void check_encoder(int feature, const float * row);

    sae_file file_;
    folded_sae folded_;
    std::shared_ptr<cpu_threads> threads_; // null off the CPU; before the backend, which must not outlive it
    ggml_backend_ptr backend_;
    ggml_context_ptr context_;
    ggml_backend_buffer_ptr buffer_;
    ggml_tensor * weight_ = nullptr;
    ggml_tensor * bias_ = nullptr;
    ggml_tensor * threshold_ = nullptr;
    float largest_weight_ = 0;
    double largest_offset_ = 0; // of biases and thresholds
    mutable fair_mutex computing_;
};

} // namespace corrsteer
