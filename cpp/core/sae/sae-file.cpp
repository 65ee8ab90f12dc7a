#include "sae/sae-file.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "platform/error.h"
#include "platform/largest-magnitude.h"

namespace corrsteer {

namespace {

/// What is wrong with a safetensors file is, here, wrong with an SAE.
safetensors open(const std::string & path) {
    try {
        return safetensors(path);
    } catch (const error & e) {
        throw error("ERR_SAE_FORMAT", e.what(), e.details);
    }
}

std::string shape_text(const std::vector<uint64_t> & shape) {
    std::string text = "[";
    for (size_t i = 0; i < shape.size(); i++) text += (i > 0 ? ", " : "") + std::to_string(shape[i]);
    return text + "]";
}

/// `values` of one tensor, `stride` of them for each feature from `begin` on.
void check_finite(const std::string & path, const std::string & tensor, const float * values, size_t n, size_t begin,
                  size_t stride) {
    if (largest_magnitude(values, n) <= std::numeric_limits<float>::max()) return;
    size_t at = 0;
    while (std::isfinite(values[at])) at++;
    const size_t feature = begin + at / stride;
    throw error("ERR_NON_FINITE", path + ": tensor " + tensor + " is not finite at feature " + std::to_string(feature),
                {{"path", path}, {"tensor", tensor}, {"feature", static_cast<double>(feature)}});
}

bool is_float(const std::string & dtype) {
    return dtype == "F32" || dtype == "F16" || dtype == "BF16" || dtype == "F64";
}

sae_plan checked(sae_plan plan) {
    const auto fail = [&](const std::string & reason) {
        throw error("ERR_SAE_FORMAT", plan.path + ": " + reason, {{"path", plan.path}, {"reason", reason}});
    };
    if (plan.d_model < 1 || plan.d_sae < 1) fail("d_model and d_sae must be positive");
    if (plan.activation == sae_activation::topk && (plan.k < 1 || plan.k > plan.d_sae)) {
        fail("k is " + std::to_string(plan.k) + ", expected 1 to d_sae = " + std::to_string(plan.d_sae));
    }
    if (plan.rescale_by_decoder_norm && plan.activation != sae_activation::topk) {
        fail("only top-k SAEs rank by decoder norm");
    }
    if (!std::isfinite(plan.input_scale) || plan.input_scale <= 0) fail("the input scale must be positive");
    if (plan.input_scale != 1 && plan.input_normalization != sae_normalization::none) {
        fail("an input scale and a normalisation of each row exclude each other");
    }
    return plan;
}

} // namespace

sae_file::sae_file(sae_plan plan)
    : plan_(checked(std::move(plan))), file_(open(plan_.path)),
      encoder_(
          tensor(plan_.tensors.encoder, {static_cast<uint64_t>(plan_.d_model), static_cast<uint64_t>(plan_.d_sae)})),
      decoder_(
          tensor(plan_.tensors.decoder, {static_cast<uint64_t>(plan_.d_sae), static_cast<uint64_t>(plan_.d_model)})) {}

const tensor_view & sae_file::tensor(const std::string & name, std::vector<uint64_t> shape) const {
    const tensor_view * found = file_.find(name);
    if (!found || !is_float(found->dtype)) {
        const std::string reason =
            found ? "tensor " + name + " has type " + found->dtype + ", expected F32, F16, BF16 or F64"
                  : "no tensor " + name;
        throw error("ERR_SAE_FORMAT", plan_.path + ": " + reason,
                    {{"path", plan_.path}, {"tensor", name}, {"reason", reason}});
    }
    if (found->shape == shape) return *found;
    throw error("ERR_SHAPE_MISMATCH",
                plan_.path + ": tensor " + name + " has shape " + shape_text(found->shape) + ", expected " +
                    shape_text(shape),
                {{"path", plan_.path},
                 {"tensor", name},
                 {"expected", shape_text(shape)},
                 {"actual", shape_text(found->shape)}});
}

std::vector<float> sae_file::values(const std::string & name) const {
    const int size = name == plan_.tensors.decoder_bias ? plan_.d_model : plan_.d_sae;
    std::vector<float> read = read_floats(tensor(name, {static_cast<uint64_t>(size)}));
    check_finite(plan_.path, name, read.data(), read.size(), 0, 1);
    return read;
}

void sae_file::encoder_rows(int begin, int count, float * out) const {
    constexpr size_t strip = 16; // rows of the file transposed at a time: a cache line of each feature's encoder
    const auto d_model = static_cast<size_t>(plan_.d_model);
    const auto n = static_cast<size_t>(count);
    std::vector<float> stored(strip * n);
    for (size_t row = 0; row < d_model; row += strip) {
        const size_t rows = std::min(strip, d_model - row);
        for (size_t j = 0; j < rows; j++) {
            const size_t place = (row + j) * static_cast<size_t>(plan_.d_sae) + static_cast<size_t>(begin);
            read_floats(encoder_, place, n, stored.data() + j * n);
        }
        for (size_t i = 0; i < n; i++) {
            for (size_t j = 0; j < rows; j++) out[i * d_model + row + j] = stored[j * n + i];
        }
    }
    check_finite(plan_.path, encoder_.name, out, n * d_model, static_cast<size_t>(begin), d_model);
}

void sae_file::decoder_row(int feature, float * out) const {
    const auto d_model = static_cast<size_t>(plan_.d_model);
    read_floats(decoder_, static_cast<size_t>(feature) * d_model, d_model, out);
    check_finite(plan_.path, decoder_.name, out, d_model, static_cast<size_t>(feature), d_model);
}

} // namespace corrsteer
