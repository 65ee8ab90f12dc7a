#include "training/sae-trainer.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "platform/error.h"
#include "platform/random.h"
#include "training/outlier-directions.h"

namespace corrsteer {

using training::sae_parameters;

namespace {

void check(const training_options & o) {
    if (o.layers.empty()) throw range_error("layers", "at least one", 0);
    if (o.d_model < 1) throw range_error("dModel", "at least 1", o.d_model);
    if (o.d_sae < 1) throw range_error("dSae", "at least 1", o.d_sae);
    if (!(o.k >= 1 && o.k <= o.d_sae)) throw range_error("k", "1 to dSae", static_cast<int64_t>(o.k));
    int last = 0;
    for (const int end : o.nested) {
        if (end <= last || end >= o.d_sae) throw range_error("nested", "ascending, from 1 to below dSae", end);
        last = end;
    }
    if (!(o.most_gradient > 0)) throw range_error("mostGradient", "more than 0", 0);
    if (o.batch_rows < 1) throw range_error("batchRows", "at least 1", o.batch_rows);
    check_threads(o.threads);
}

/// The order of a chunk's rows, and of it each batch's: Fisher and Yates.
std::vector<uint32_t> shuffled(size_t n, uint64_t seed, uint64_t chunk) {
    std::vector<uint32_t> order(n);
    std::iota(order.begin(), order.end(), 0u);
    random_stream random(~seed, chunk); // other streams of the seed draw directions
    for (size_t i = n; i > 1; i--) std::swap(order[i - 1], order[random.below(static_cast<uint32_t>(i))]);
    return order;
}

/// Sets what depends on the first rows [n, d_model]: their scale, the bias, which is their mean, and directions.
void begin(sae_parameters & sae, const float * rows, size_t n) {
    const auto d_model = static_cast<size_t>(sae.d_model);
    std::vector<double> mean(d_model);
    double norms = 0;
    for (size_t i = 0; i < n; i++) {
        const float * row = rows + i * d_model;
        norms += std::sqrt(std::inner_product(row, row + d_model, row, 0.0));
        for (size_t j = 0; j < d_model; j++) mean[j] += row[j];
    }
    const double scale = norms > 0 ? std::sqrt(static_cast<double>(d_model)) * static_cast<double>(n) / norms : 1;
    if (!std::isfinite(norms)) throw error("ERR_NON_FINITE", "a row of the residual stream is not finite");
    sae.input_scale = scale;
    for (size_t j = 0; j < d_model; j++)
        sae.decoder_bias.values.data()[j] = static_cast<float>(scale * mean[j] / static_cast<double>(n));
    training::set_outlier_directions(sae, rows, n);
}

} // namespace

sae_trainer::sae_trainer(training_options options) : options_((check(options), std::move(options))), step_(options_) {
    for (size_t i = 0; i < options_.layers.size(); i++) {
        layers_.emplace_back(options_.d_model, options_.d_sae);
        layers_.back().draw(options_.seed);
    }
}

std::vector<step_report> sae_trainer::train(const row_buffer & rows, uint64_t chunk, int batch) {
    if (rows.n_embd() != options_.d_model) {
        throw error("ERR_SHAPE_MISMATCH", "rows of " + std::to_string(rows.n_embd()) + " values, expected " +
                                              std::to_string(options_.d_model));
    }
    const auto batch_rows = static_cast<size_t>(options_.batch_rows);
    const size_t n_batches = rows.n_rows() / batch_rows;
    if (batch < 0 || static_cast<size_t>(batch) >= n_batches)
        throw range_error("batch", "one of " + std::to_string(n_batches), batch);
    const std::vector<uint32_t> order = shuffled(rows.n_rows(), options_.seed, chunk);
    std::vector<step_report> reports;
    for (size_t i = 0; i < layers_.size(); i++) {
        const int layer = options_.layers[i];
        const float * values = rows.rows(layer);
        if (layers_[i].input_scale == 0) begin(layers_[i], values, rows.n_rows());
        reports.push_back(step_.run(layers_[i], values, order.data() + static_cast<size_t>(batch) * batch_rows, layer));
    }
    return reports;
}

trained_sae sae_trainer::trained(int layer) {
    sae_parameters & sae = parameters(layer);
    const auto d_model = static_cast<size_t>(sae.d_model);
    const auto d_sae = static_cast<size_t>(sae.d_sae);
    trained_sae saved;
    saved.encoder.resize(d_model * d_sae);
    saved.decoder.resize(d_sae * d_model);
    const float * bias = sae.decoder_bias.values.data();
    for (size_t feature = 0; feature < d_sae; feature++) {
        const float * encoder = sae.encoder.values.data() + feature * sae.width;
        const float * decoder = sae.decoder.values.data() + feature * sae.width;
        const float norm = sae.norms.data()[feature];
        for (size_t j = 0; j < d_model; j++) saved.encoder[j * d_sae + feature] = encoder[j] * norm;
        for (size_t j = 0; j < d_model; j++) saved.decoder[feature * d_model + j] = decoder[j] / norm;
        const double taken = std::inner_product(encoder, encoder + d_model, bias, 0.0);
        const double encoder_bias = (sae.encoder_bias.values.data()[feature] - taken) * norm;
        saved.encoder_bias.push_back(static_cast<float>(encoder_bias / sae.input_scale));
    }
    for (size_t j = 0; j < d_model; j++) saved.decoder_bias.push_back(static_cast<float>(bias[j] / sae.input_scale));
    saved.threshold = static_cast<float>(sae.threshold(options_.threshold_rate) / sae.input_scale);
    return saved;
}

sae_parameters & sae_trainer::parameters(int layer) {
    const auto found = std::find(options_.layers.begin(), options_.layers.end(), layer);
    if (found == options_.layers.end()) throw range_error("layer", "one that is trained", layer);
    return layers_[static_cast<size_t>(found - options_.layers.begin())];
}

} // namespace corrsteer
