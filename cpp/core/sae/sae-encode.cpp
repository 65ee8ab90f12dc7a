#include "sae/sae-encode.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "platform/error.h"
#include "platform/largest-magnitude.h"
#include "platform/log.h"

namespace corrsteer {

namespace {

/// A tile is big enough for a matrix product at full speed (256 rows measure no faster), its activations at most 32
/// MiB.
constexpr int most_tile_rows = 128;
constexpr int fewest_tile_rows = 16;
constexpr int most_tile_values = 8 << 20;

/// float16 weights make ggml convert the rows to float16 as well, and residual rows have outliers beyond 65504: they
/// are multiplied by this power of two, exactly, and the products divided by it.
constexpr float f16_row_scale = 1.0f / 256;
/// Largest magnitude in a row that float16 products, and the float16 scales of q8_0 ones, hold.
constexpr float f16_row_limit = 65504.0f * 256;
constexpr float q8_0_row_limit = 65504.0f * 127;

float row_limit(ggml_type type) {
    if (type == GGML_TYPE_F16) return f16_row_limit;
    return type == GGML_TYPE_Q8_0 ? q8_0_row_limit : 3.38e38f;
}

/// f = h [h > threshold], h = W x + b                      JumpReLU: arXiv 2407.14435, section 3; ReLU: threshold 0
/// x [n_rows, d_model], W [d_sae, d_model], result [n_rows, d_sae]; ggml lists ne in reverse. Top-k: h itself.
ggml_tensor * encoder_graph(ggml_context * g, const sae & sae, ggml_tensor * x) {
    ggml_tensor * product = ggml_mul_mat(g, sae.weight(), x);
    if (sae.weight()->type == GGML_TYPE_F16) product = ggml_scale(g, product, 1 / f16_row_scale);
    ggml_tensor * h = ggml_add(g, product, sae.bias());
    if (!sae.threshold()) return h;
    if (sae.plan().activation == sae_activation::relu) return ggml_relu(g, h);
    return ggml_mul(g, h, ggml_step(g, ggml_sub(g, h, sae.threshold())));
}

} // namespace

sae_encoder::sae_encoder(std::shared_ptr<const sae> sae, brought brought)
    : sae_(std::move(sae)), brought_(brought),
      tile_rows_(std::clamp(most_tile_values / sae_->d_sae(), fewest_tile_rows, most_tile_rows)),
      allocator_(ggml_gallocr_new(ggml_backend_get_default_buffer_type(sae_->backend()))) {
    if (sae_->is_on_cpu() && products::are_here())
        products_.emplace(products::policy::float32, sae_->plan().threads, tile_rows_);
    build(tile_rows_);
}

void sae_encoder::build(int n_rows) {
    constexpr size_t most_nodes = 24;
    n_rows_ = 0;
    finder_.reset();
    context_.reset(ggml_init(
        {most_nodes * ggml_tensor_overhead() + ggml_graph_overhead_custom(most_nodes, false), nullptr, true}));
    input_ = ggml_new_tensor_2d(context_.get(), GGML_TYPE_F32, sae_->d_model(), n_rows);
    ggml_set_input(input_);
    output_ = encoder_graph(context_.get(), *sae_, input_);
    ggml_set_output(output_);
    graph_ = ggml_new_graph_custom(context_.get(), most_nodes, false);
    ggml_build_forward_expand(graph_, output_);
    const int k = sae_->threshold() ? 0 : sae_->plan().k;
    if (brought_ == brought::fired && fired_finder::pays(sae_->d_sae(), k))
        finder_.emplace(context_.get(), graph_, output_, k);
    if (const ggml_tensor * node = unsupported()) {
        if (finder_) {
            brought_ = brought::all;
            return build(n_rows);
        }
        throw error("ERR_INVALID_ARGUMENT", "device " + sae_->plan().device + " has no " + ggml_op_desc(node) +
                                                " for weights of type " + ggml_type_name(sae_->weight()->type));
    }
    if (!ggml_gallocr_alloc_graph(allocator_.get(), graph_)) {
        throw error("ERR_OUT_OF_MEMORY", "no memory for " + std::to_string(n_rows) + " rows of activations on device " +
                                             sae_->plan().device);
    }
    for (int i = 0; products_ && i < ggml_graph_n_nodes(graph_); i++) products_->take(*ggml_graph_node(graph_, i));
    n_rows_ = n_rows;
}

/// A node that the device can't compute; null where there is none.
const ggml_tensor * sae_encoder::unsupported() const {
    for (int i = 0; i < ggml_graph_n_nodes(graph_); i++) {
        const ggml_tensor * node = ggml_graph_node(graph_, i);
        if (!ggml_backend_supports_op(sae_->backend(), node)) return node;
    }
    return nullptr;
}

const float * sae_encoder::encode(const float * rows, int n_rows) {
    const float largest = prepare(rows, n_rows);
    const auto lock = sae_->use();
    compute(n_rows);
    return read_all(largest);
}

const float * sae_encoder::encode_within_turn(const float * rows, int n_rows) {
    const float largest = prepare(rows, n_rows);
    const auto lock = sae_->is_on_cpu() ? std::unique_lock<fair_mutex>() : sae_->use();
    compute(n_rows);
    return read_all(largest);
}

const float * sae_encoder::encode(const float * rows, int n_rows, fired_rows & fired) {
    const float largest = prepare(rows, n_rows);
    const auto lock = sae_->use();
    compute(n_rows);
    const bool found = finder_ && sae_->holds_sums_of(largest) && finder_->read(fired);
    return found ? nullptr : read_all(largest);
}

/// Fills `prepared_`. Returns the largest magnitude in it.
float sae_encoder::prepare(const float * rows, int n_rows) {
    if (n_rows < 1 || n_rows > tile_rows_) throw error("ERR_INTERNAL", "a tile of " + std::to_string(n_rows) + " rows");
    const auto width = static_cast<size_t>(sae_->d_model());
    const ggml_type type = sae_->weight()->type;
    prepared_.resize(static_cast<size_t>(n_rows) * width);
    float largest = 0;
    for (int i = 0; i < n_rows; i++) {
        float * row = prepared_.data() + static_cast<size_t>(i) * width;
        prepare_row(rows + static_cast<size_t>(i) * width, sae_->d_model(), sae_->plan().input_normalization,
                    sae_->center(), row);
        const float magnitude = largest_magnitude(row, width);
        largest = std::max(largest, magnitude);
        if (!(magnitude <= row_limit(type))) {
            throw error("ERR_NON_FINITE",
                        "row " + std::to_string(i) +
                            " of the residual stream is not finite, or too large for weights of type " +
                            ggml_type_name(type));
        }
        if (type == GGML_TYPE_F16) std::for_each(row, row + width, [](float & x) { x *= f16_row_scale; });
    }
    return largest;
}

void sae_encoder::compute(int n_rows) {
    const log_scope log;
    if (n_rows != n_rows_) build(n_rows);
    ggml_backend_tensor_set(input_, prepared_.data(), 0, ggml_nbytes(input_));
    const ggml_status status = ggml_backend_graph_compute(sae_->backend(), graph_);
    if (status != GGML_STATUS_SUCCESS) {
        throw error(status == GGML_STATUS_ALLOC_FAILED ? "ERR_OUT_OF_MEMORY" : "ERR_INTERNAL",
                    std::string("the SAE encoder failed: ") + ggml_status_to_string(status));
    }
}

const float * sae_encoder::read_all(float largest) {
    auto * activations = static_cast<float *>(output_->data);
    if (!ggml_backend_buffer_is_host(output_->buffer)) {
        host_output_.resize(static_cast<size_t>(ggml_nelements(output_)));
        ggml_backend_tensor_get(output_, host_output_.data(), 0, ggml_nbytes(output_));
        activations = host_output_.data();
    }
    if (!sae_->holds_sums_of(largest)) check_finite(activations);
    if (!sae_->threshold()) select_largest(activations);
    return activations;
}

void sae_encoder::check_finite(const float * activations) const {
    const auto d_sae = static_cast<size_t>(sae_->d_sae());
    for (size_t i = 0; i < static_cast<size_t>(n_rows_) * d_sae; i++) {
        if (std::isfinite(activations[i])) continue;
        throw error("ERR_NON_FINITE",
                    sae_->plan().path + ": feature " + std::to_string(i % d_sae) + " overflows on row " +
                        std::to_string(i / d_sae) + " of the residual stream",
                    {{"path", sae_->plan().path}, {"feature", static_cast<double>(i % d_sae)}});
    }
}

/// Keeps the k largest of each row that are positive; of equal ones the first.
void sae_encoder::select_largest(float * activations) {
    const int k = sae_->plan().k;
    for (int i = 0; i < n_rows_; i++) {
        float * row = activations + static_cast<size_t>(i) * static_cast<size_t>(sae_->d_sae());
        positive_.clear();
        for (int j = 0; j < sae_->d_sae(); j++) {
            if (row[j] > 0)
                positive_.push_back(j);
            else
                row[j] = 0;
        }
        if (positive_.size() <= static_cast<size_t>(k)) continue;
        std::nth_element(positive_.begin(), positive_.begin() + k, positive_.end(),
                         [&](int a, int b) { return row[a] != row[b] ? row[a] > row[b] : a < b; });
        for (auto j = positive_.begin() + k; j != positive_.end(); ++j) row[*j] = 0;
    }
}

std::vector<float> encode(const std::shared_ptr<const sae> & sae, const std::vector<float> & rows,
                          const cancel_token & cancel) {
    const auto width = static_cast<size_t>(sae->d_model());
    if (rows.size() % width != 0) {
        throw error("ERR_SHAPE_MISMATCH", "rows: expected a multiple of d_model = " + std::to_string(width) +
                                              " values, got " + std::to_string(rows.size()));
    }
    const size_t n_rows = rows.size() / width;
    const auto d_sae = static_cast<size_t>(sae->d_sae());
    std::vector<float> activations;
    activations.reserve(n_rows * d_sae);
    sae_encoder encoder(sae);
    for (size_t begin = 0; begin < n_rows;) {
        cancel.check("encoding");
        const size_t count = std::min(n_rows - begin, static_cast<size_t>(encoder.tile_rows()));
        const float * tile = encoder.encode(rows.data() + begin * width, static_cast<int>(count));
        activations.insert(activations.end(), tile, tile + count * d_sae);
        begin += count;
    }
    return activations;
}

void prepare_row(const float * row, int d_model, row_normalization normalization, const std::vector<float> & center,
                 float * out) {
    const row_scaling scaling = scaling_of(row, d_model, normalization);
    for (int i = 0; i < d_model; i++) {
        const double centred = center.empty() ? 0 : center[static_cast<size_t>(i)];
        out[i] = static_cast<float>((row[i] - scaling.shift) * scaling.scale - centred);
    }
}

} // namespace corrsteer
