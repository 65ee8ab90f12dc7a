#include "sae/sae-file.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "platform/error.h"
#include "platform/largest-magnitude.h"

namespace corrsteer {

namespace {

/// What is wrong with a file is, here, wrong with an SAE.
template <typename function>
auto of_sae(function open) {
    try {
        return open();
    } catch (const error & e) {
        throw error("ERR_SAE_FORMAT", e.what(), e.details);
    }
}

std::string shape_text(const std::vector<uint64_t> & shape) {
    std::string text = "[";
    for (size_t i = 0; i < shape.size(); i++) text += (i > 0 ? ", " : "") + std::to_string(shape[i]);
    return text + "]";
}

[[noreturn]] void not_finite(const std::string & path, const std::string & tensor, size_t feature) {
    throw error("ERR_NON_FINITE", path + ": tensor " + tensor + " is not finite at feature " + std::to_string(feature),
                {{"path", path}, {"tensor", tensor}, {"feature", static_cast<double>(feature)}});
}

/// `values` of one tensor, `stride` of them for each feature from `begin` on.
void check_finite(const std::string & path, const std::string & tensor, const float * values, size_t n, size_t begin,
                  size_t stride) {
    if (largest_magnitude(values, n) <= std::numeric_limits<float>::max()) return;
    size_t at = 0;
    while (std::isfinite(values[at])) at++;
    not_finite(path, tensor, begin + at / stride);
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
    const bool ranks = plan.activation == sae_activation::topk || plan.activation == sae_activation::jumprelu;
    if (plan.rescale_by_decoder_norm && !ranks) fail("only top-k and JumpReLU SAEs are scaled by decoder norm");
    if (plan.threshold_by_decoder_norm && plan.activation != sae_activation::jumprelu) {
        fail("only JumpReLU SAEs have thresholds to scale");
    }
    if (plan.activation == sae_activation::jumprelu) {
        const bool stored = !plan.tensors.threshold.name.empty();
        const bool stored_log = !plan.tensors.log_threshold.name.empty();
        if (stored + stored_log + plan.threshold.has_value() != 1) fail("a JumpReLU SAE has thresholds of one kind");
        if (plan.threshold && !std::isfinite(*plan.threshold)) fail("the threshold must be finite");
    }
    const auto is_scale = [](double scale) { return std::isfinite(scale) && scale > 0; };
    if (!is_scale(plan.input_scale)) fail("the input scale must be positive");
    if (!is_scale(plan.output_scale)) fail("the output scale must be positive");
    if (plan.input_scale != 1 && plan.input_normalization != row_normalization::none) {
        fail("an input scale and a normalisation of each row exclude each other");
    }
    return plan;
}

std::map<std::string, mapped_file> open(const sae_plan::tensor_places & t) {
    std::map<std::string, mapped_file> files;
    for (const tensor_place * place :
         {static_cast<const tensor_place *>(&t.encoder), static_cast<const tensor_place *>(&t.decoder), &t.encoder_bias,
          &t.decoder_bias, &t.threshold, &t.log_threshold, &t.gate_bias, &t.magnitude_scale, &t.magnitude_bias}) {
        if (!place->name.empty()) files.try_emplace(place->path, place->path);
    }
    return files;
}

} // namespace

std::vector<double> feature_norms(const sae_matrix & matrix, const cancel_token & cancel) {
    const auto & [view, by_feature] = matrix;
    if (view.shape.size() != 2) {
        throw error("ERR_SHAPE_MISMATCH",
                    "tensor " + view.name + ": expected two dimensions, got " + shape_text(view.shape));
    }
    const auto width = static_cast<size_t>(view.shape[1]);
    return by_feature ? row_norms(view, width, cancel) : column_norms(view, width, cancel);
}

sae_file::sae_file(sae_plan plan)
    : plan_(checked(std::move(plan))), files_(of_sae([&] { return open(plan_.tensors); })),
      encoder_(stored(plan_.tensors.encoder)), decoder_(stored(plan_.tensors.decoder)) {}

tensor_view sae_file::tensor(const tensor_place & place, const std::vector<uint64_t> & shape) const {
    const auto fail = [&](const std::string & reason) {
        throw error("ERR_SAE_FORMAT", plan_.path + ": " + reason,
                    {{"path", plan_.path}, {"tensor", place.name}, {"reason", reason}});
    };
    if (place.name.empty()) fail("a tensor that it needs is not given");
    if (!is_float(place.dtype)) {
        fail("tensor " + place.name + " has type " + place.dtype + ", expected F32, F16, BF16 or F64");
    }
    if (place.shape == shape) return of_sae([&] { return view_of(place, files_.at(place.path)); });
    throw error("ERR_SHAPE_MISMATCH",
                plan_.path + ": tensor " + place.name + " has shape " + shape_text(place.shape) + ", expected " +
                    shape_text(shape),
                {{"path", plan_.path},
                 {"tensor", place.name},
                 {"expected", shape_text(shape)},
                 {"actual", shape_text(place.shape)}});
}

sae_matrix sae_file::stored(const sae_plan::matrix_place & place) const {
    const auto d_model = static_cast<uint64_t>(plan_.d_model);
    const auto d_sae = static_cast<uint64_t>(plan_.d_sae);
    if (place.by_feature) return {tensor(place, {d_sae, d_model}), true};
    return {tensor(place, {d_model, d_sae}), false};
}

std::vector<float> sae_file::vector(const tensor_place & place, int size) const {
    std::vector<float> read = read_floats(tensor(place, {static_cast<uint64_t>(size)}));
    check_finite(plan_.path, place.name, read.data(), read.size(), 0, 1);
    return read;
}

std::vector<float> sae_file::values(const tensor_place & place) const {
    return vector(place, plan_.d_sae);
}

std::vector<float> sae_file::decoder_bias() const {
    const tensor_place & place = plan_.tensors.decoder_bias;
    if (place.name.empty()) return std::vector<float>(static_cast<size_t>(plan_.d_model));
    return vector(place, plan_.d_model);
}

void sae_file::rows(const sae_matrix & source, int begin, int count, float * out) const {
    constexpr size_t strip = 16; // rows of the file transposed at a time: a cache line of each feature's encoder
    const auto d_model = static_cast<size_t>(plan_.d_model);
    const auto n = static_cast<size_t>(count);
    if (source.by_feature) {
        read_floats(source.view, static_cast<size_t>(begin) * d_model, n * d_model, out);
    } else {
        std::vector<float> stored(strip * n);
        for (size_t row = 0; row < d_model; row += strip) {
            const size_t n_rows = std::min(strip, d_model - row);
            for (size_t j = 0; j < n_rows; j++) {
                const size_t place = (row + j) * static_cast<size_t>(plan_.d_sae) + static_cast<size_t>(begin);
                read_floats(source.view, place, n, stored.data() + j * n);
            }
            for (size_t i = 0; i < n; i++) {
                for (size_t j = 0; j < n_rows; j++) out[i * d_model + row + j] = stored[j * n + i];
            }
        }
    }
    check_finite(plan_.path, source.view.name, out, n * d_model, static_cast<size_t>(begin), d_model);
}

void sae_file::encoder_rows(int begin, int count, float * out) const {
    rows(encoder_, begin, count, out);
}

void sae_file::decoder_row(int feature, float * out) const {
    rows(decoder_, feature, 1, out);
}

std::vector<float> sae_file::directions(const std::vector<uint32_t> & features) const {
    const auto width = static_cast<size_t>(plan_.d_model);
    std::vector<float> directions(features.size() * width);
    for (size_t i = 0; i < features.size(); i++) {
        if (features[i] >= static_cast<uint32_t>(plan_.d_sae)) {
            throw error("ERR_OUT_OF_RANGE", "features: expected less than d_sae = " + std::to_string(plan_.d_sae) +
                                                ", got " + std::to_string(features[i]));
        }
        float * row = directions.data() + i * width;
        decoder_row(static_cast<int>(features[i]), row);
        scale_direction(features[i], row);
    }
    return directions;
}

void sae_file::scale_direction(uint32_t feature, float * row) const {
    const auto width = static_cast<size_t>(plan_.d_model);
    double scale = 1 / plan_.output_scale;
    if (plan_.rescale_by_decoder_norm) {
        const double norm = euclidean_norm(row, width);
        if (norm > 0) scale /= norm;
    }
    for (size_t j = 0; j < width; j++) row[j] = static_cast<float>(row[j] * scale);
    if (largest_magnitude(row, width) <= std::numeric_limits<float>::max()) return;
    throw error("ERR_NON_FINITE",
                plan_.path + ": the direction of feature " + std::to_string(feature) +
                    " overflows in the units of the residual stream",
                {{"path", plan_.path}, {"feature", static_cast<double>(feature)}});
}

void sae_file::release() const {
    for (const auto & [path, file] : files_) file.release();
}

std::vector<double> sae_file::decoder_norms(const cancel_token & cancel) const {
    std::vector<double> norms = feature_norms(decoder_, cancel);
    for (size_t i = 0; i < norms.size(); i++) {
        if (!std::isfinite(norms[i])) not_finite(plan_.path, decoder_.view.name, i);
    }
    return norms;
}

} // namespace corrsteer
