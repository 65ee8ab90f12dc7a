#include "sae/sae.h"

#include <algorithm>
#include <limits>
#include <string>

#include "platform/backend.h"
#include "platform/error.h"
#include "platform/largest-magnitude.h"
#include "platform/log.h"

namespace corrsteer {

namespace {

/// Features transposed and converted at a time: few enough that their rows stay in the cache.
constexpr int block_features = 64;

void check_weight_type(const sae_plan & plan) {
    const int64_t block = ggml_blck_size(plan.weight_type);
    if (plan.d_model % block == 0) return;
    throw error("ERR_INVALID_ARGUMENT", std::string("weightType: ") + ggml_type_name(plan.weight_type) +
                                            " needs a d_model that is a multiple of " + std::to_string(block) +
                                            ", this SAE's is " + std::to_string(plan.d_model));
}

/// Largest magnitude that a weight type holds: q8_0 keeps a float16 scale for each 127 steps.
float largest(ggml_type type) {
    switch (type) {
    case GGML_TYPE_F16: return 65504;
    case GGML_TYPE_Q8_0: return 65504.0f * 127;
    case GGML_TYPE_BF16: return 3.38e38f;
    default: return std::numeric_limits<float>::max();
    }
}

} // namespace

sae::sae(const sae_plan & plan, const cancel_token & cancel) : file_(plan) {
    const log_scope log;
    check_weight_type(plan);
    ggml_backend_dev_t device = find_device(plan.device);
    folded_ = fold(file_, cancel);
    file_.release(); // of the decoder, before there is an encoder
    if (is_cpu(device)) threads_ = cpu_threads::get(plan.threads);
    backend_ = start_backend(plan.device, threads_.get());

    context_.reset(ggml_init({4 * ggml_tensor_overhead(), nullptr, true}));
    weight_ = ggml_new_tensor_2d(context_.get(), plan.weight_type, plan.d_model, plan.d_sae);
    bias_ = ggml_new_tensor_1d(context_.get(), GGML_TYPE_F32, plan.d_sae);
    if (!folded_.threshold.empty()) threshold_ = ggml_new_tensor_1d(context_.get(), GGML_TYPE_F32, plan.d_sae);
    buffer_.reset(ggml_backend_alloc_ctx_tensors(context_.get(), backend_.get()));
    if (!buffer_) {
        const size_t bytes = ggml_nbytes(weight_);
        throw error("ERR_OUT_OF_MEMORY", "no " + std::to_string(bytes) + " bytes for an SAE on device " + plan.device,
                    {{"device", plan.device}, {"bytes", static_cast<double>(bytes)}});
    }
    ggml_backend_buffer_set_usage(buffer_.get(), GGML_BACKEND_BUFFER_USAGE_WEIGHTS);
    fill_weight(cancel);
    file_.release();
    largest_offset_ = largest_magnitude(folded_.bias.data(), folded_.bias.size());
    largest_offset_ += largest_magnitude(folded_.threshold.data(), folded_.threshold.size());
    ggml_backend_tensor_set(bias_, folded_.bias.data(), 0, ggml_nbytes(bias_));
    if (threshold_) ggml_backend_tensor_set(threshold_, folded_.threshold.data(), 0, ggml_nbytes(threshold_));
}

void sae::fill_weight(const cancel_token & cancel) {
    const size_t row_bytes = ggml_row_size(plan().weight_type, d_model());
    const auto width = static_cast<size_t>(d_model());
    std::vector<float> rows(block_features * width);
    std::vector<uint8_t> converted(block_features * row_bytes);
    for (int begin = 0; begin < d_sae(); begin += block_features) {
        cancel.check("loading an SAE");
        const int count = std::min(block_features, d_sae() - begin);
        file_.encoder_rows(begin, count, rows.data());
        for (int i = 0; i < count; i++) {
            float * row = rows.data() + static_cast<size_t>(i) * width;
            scale_encoder(begin + i, row);
            check_encoder(begin + i, row);
        }
        ggml_quantize_chunk(plan().weight_type, rows.data(), converted.data(), 0, count, d_model(), nullptr);
        const auto n_bytes = static_cast<size_t>(count) * row_bytes;
        ggml_backend_tensor_set(weight_, converted.data(), static_cast<size_t>(begin) * row_bytes, n_bytes);
    }
}

bool sae::holds_sums_of(float magnitude) const {
    const double largest_sum = static_cast<double>(d_model()) * largest_weight_ * magnitude + largest_offset_;
    return 2 * largest_sum < std::numeric_limits<float>::max(); // twice as much: a narrower weight type rounds
}

void sae::scale_encoder(int feature, float * row) const {
    const double scale = folded_.encoder_scale[static_cast<size_t>(feature)];
    for (int j = 0; j < d_model(); j++) row[j] = static_cast<float>(row[j] * scale);
}

void sae::check_encoder(int feature, const float * row) {
    const float magnitude = largest_magnitude(row, static_cast<size_t>(d_model()));
    largest_weight_ = std::max(largest_weight_, magnitude);
    if (magnitude <= largest(plan().weight_type)) return;
    throw error("ERR_NON_FINITE",
                plan().path + ": the encoder of feature " + std::to_string(feature) +
                    " is too large for weights of type " + ggml_type_name(plan().weight_type),
                {{"path", plan().path}, {"feature", static_cast<double>(feature)}});
}

std::vector<float> sae::decoder_bias() const {
    std::vector<float> bias = file_.decoder_bias();
    for (float & value : bias) value = static_cast<float>(value / plan().output_scale);
    return bias;
}

std::vector<float> sae::encoder_rows(int begin, int count) const {
    if (begin < 0 || count < 0 || begin > d_sae() - count) {
        throw error("ERR_OUT_OF_RANGE", "expected features in [0, " + std::to_string(d_sae()) + "), got " +
                                            std::to_string(count) + " from " + std::to_string(begin) + " on");
    }
    const auto width = static_cast<size_t>(d_model());
    std::vector<float> rows(static_cast<size_t>(count) * width);
    file_.encoder_rows(begin, count, rows.data());
    for (int i = 0; i < count; i++) scale_encoder(begin + i, rows.data() + static_cast<size_t>(i) * width);
    return rows;
}

std::unique_lock<fair_mutex> sae::use() const {
    return threads_ ? threads_->use() : std::unique_lock<fair_mutex>(computing_);
}

} // namespace corrsteer
