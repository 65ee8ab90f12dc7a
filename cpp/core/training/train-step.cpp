#include "training/train-step.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <string>

#include "platform/error.h"
#include "platform/largest-magnitude.h"
#include "platform/parallel.h"

namespace corrsteer::training {

namespace {

/// What is laid out of an encoder for a tile is a tenth of the work at 256 rows.
constexpr size_t most_tile_rows = 1024;
/// Features that one thread learns at a time.
constexpr size_t block_features = 64;
/// float32 counts no further by ones.
constexpr float most_idle = 1 << 24;

size_t end_of(size_t block, int d_sae) {
    return std::min(static_cast<size_t>(d_sae), (block + 1) * block_features);
}

size_t blocks_of(int d_sae) {
    return (static_cast<size_t>(d_sae) + block_features - 1) / block_features;
}

} // namespace

train_step::train_step(const training_options & options)
    : options_(options), kernel_(find_row_kernel()), n_rows_(static_cast<size_t>(options.batch_rows)),
      width_(padded_width(options.d_model)),
      product_(static_cast<size_t>(options.d_sae), width_, std::min(n_rows_, most_tile_rows), options.device,
               options.threads),
      active_(options.batch_rows), dead_active_(options.batch_rows), inputs_(n_rows_ * width_),
      parts_(options.nested.begin(), options.nested.end()), whole_part_({static_cast<uint32_t>(options.d_sae)}),
      errors_((options.nested.size() + 2) * n_rows_ * width_), group_sums_(active_.groups().size() * width_),
      group_totals_(active_.groups().size()), feature_gradients_(static_cast<size_t>(options.d_sae) * 2 * width_),
      encoder_bias_gradient_(static_cast<size_t>(options.d_sae)), decoder_bias_gradient_(width_),
      through_encoder_(blocks_of(options.d_sae) * width_), block_totals_(blocks_of(options.d_sae)),
      whole_(std::max(n_rows_, static_cast<size_t>(options.d_sae))), ones_(whole_.size(), 1.0f),
      begins_(static_cast<size_t>(options.d_sae) + 1) {
    std::iota(whole_.begin(), whole_.end(), 0u);
    parts_.push_back(whole_part_.front());
}

step_report train_step::run(sae_parameters & sae, const float * rows, const uint32_t * order, int layer) {
    step_report report;
    report.variance = prepare(sae, rows, order, layer);
    find_dead(sae);
    const float smallest = activate(sae);
    reconstruct(sae, report);
    if (!std::isfinite(report.loss + report.auxiliary_loss)) {
        throw error("ERR_NON_FINITE",
                    "layer " + std::to_string(layer) + ": the loss is not finite after " + std::to_string(sae.step) +
                        " steps; give a lower learning rate",
                    {{"layer", static_cast<double>(layer)}, {"step", static_cast<double>(sae.step)}});
    }
    sort_by_feature(sae);
    learn(sae);
    sae.expected = smallest;
    sae.smallest_mean += options_.threshold_rate * (smallest - sae.smallest_mean);
    sae.step++;
    report.threshold = sae.threshold(options_.threshold_rate);
    return report;
}

/// Calls the task for groups of neighbouring rows, on all threads.
void train_step::for_groups(const std::function<void(size_t, size_t, size_t)> & task) {
    run_parallel(options_.threads, active_.groups().size(), [&](size_t group, cpu_turn &) {
        const size_t begin = group * group_rows;
        task(group, begin, std::min(n_rows_, begin + group_rows));
    });
}

/// Fills `inputs_`. Returns the mean squared distance of the rows from their mean.
double train_step::prepare(const sae_parameters & sae, const float * rows, const uint32_t * order, int layer) {
    const auto d_model = static_cast<size_t>(sae.d_model);
    const auto scale = static_cast<float>(sae.input_scale);
    const float * bias = sae.decoder_bias.values.data();
    for_groups([&](size_t group, size_t begin, size_t end) {
        group_totals_[group] = 0;
        for (size_t i = begin; i < end; i++) {
            const float * row = rows + order[i] * d_model;
            float * out = input(i);
            if (!(largest_magnitude(row, d_model) <= 3.38e38f)) {
                throw error("ERR_NON_FINITE",
                            "layer " + std::to_string(layer) + ": a row of the residual stream is not finite",
                            {{"layer", static_cast<double>(layer)}});
            }
            for (size_t j = 0; j < d_model; j++) out[j] = row[j] * scale - bias[j];
            group_totals_[group] += kernel_.squares(out, width_);
        }
        kernel_.sum({inputs_.data(), width_, whole_.data() + begin, end - begin}, ones_.data(),
                    group_sums_.data() + group * width_);
    });
    const auto n = static_cast<double>(n_rows_);
    double between = 0;
    for (size_t j = 0; j < d_model; j++) {
        double total = 0;
        for (size_t group = 0; group < group_totals_.size(); group++) total += group_sums_.data()[group * width_ + j];
        between += total / n * (total / n);
    }
    return std::accumulate(group_totals_.begin(), group_totals_.end(), 0.0) / n - between;
}

void train_step::find_dead(const sae_parameters & sae) {
    dead_.clear();
    if (options_.auxiliary_coefficient == 0) return;
    for (uint32_t feature = 0; feature < sae.idle_steps.size(); feature++) {
        if (sae.idle_steps[feature] > options_.dead_steps) dead_.push_back(feature);
    }
}

/// Fills `active_` and, with those of dead features, `dead_active_`. Returns the smallest of the active ones, 0 for
/// none.
float train_step::activate(const sae_parameters & sae) {
    product_.use(sae.encoder.values.data());
    if (options_.activation == training_activation::top_k) {
        append_all(sae, 0, false);
        return active_.smallest();
    }
    const size_t wanted = wanted_of(n_rows_);
    float cutoff = 0.9f * sae.expected;
    bool may_raise = true;
    while (!append_all(sae, cutoff, may_raise)) {
        may_raise = false;
        cutoff = cutoff > 1e-3f ? cutoff / 2 : 0;
    }
    return active_.count() > wanted ? active_.keep_largest(wanted) : active_.smallest();
}

/// Whether that brought as many as are wanted, or all there are. A cutoff that lets too much through is raised on the
/// way; what is found in the end does not depend on it.
bool train_step::append_all(const sae_parameters & sae, float cutoff, bool may_raise) {
    active_.clear();
    dead_active_.clear();
    for (size_t row = 0; row < n_rows_;) {
        const size_t n = std::min(n_rows_ - row, product_.tile_rows());
        append_tile(sae, row, n, cutoff);
        row += n;
        const size_t enough = 2 * wanted_of(row) + 1;
        if (may_raise && active_.count() > 2 * enough) cutoff = std::nextafter(active_.keep_from(enough), 0.0f);
    }
    return cutoff == 0 || active_.count() >= wanted_of(n_rows_);
}

void train_step::append_tile(const sae_parameters & sae, size_t first_row, size_t n, float cutoff) {
    const float * products = product_.multiply(input(first_row), n);
    const auto d_sae = static_cast<size_t>(sae.d_sae);
    const bool is_top_k = options_.activation == training_activation::top_k;
    const size_t n_groups = (n + group_rows - 1) / group_rows;
    run_parallel(options_.threads, n_groups, [&](size_t group, cpu_turn &) {
        for (size_t i = group * group_rows; i < std::min(n, (group + 1) * group_rows); i++) {
            const auto row = static_cast<int>(first_row + i);
            const encoded_row encoded = {products + i * d_sae, sae.encoder_bias.values.data(), sae.norms.data(), d_sae};
            active_.append_above(kernel_, row, encoded, cutoff);
            if (is_top_k) active_.keep_largest_of(row, static_cast<size_t>(options_.k));
            if (dead_.empty()) continue;
            dead_active_.append(dead_, row, encoded);
            dead_active_.keep_largest_of(row, most_dead());
        }
    });
}

/// Fills `errors_` and the gradients of what is active.
void train_step::reconstruct(const sae_parameters & sae, step_report & report) {
    const auto n = static_cast<double>(n_rows_);
    report.loss = decode(sae, active_, parts_, inputs_.data(), -1, errors_.data(), 2 / n) / n;
    report.active = static_cast<double>(active_.count()) / n;
    report.dead = static_cast<uint32_t>(dead_.size());
    if (dead_.empty()) return;
    const double share = static_cast<double>(dead_.size()) / static_cast<double>(most_dead());
    const double coefficient = options_.auxiliary_coefficient * std::min(1.0, share);
    float * dead_errors = errors_.data() + parts_.size() * n_rows_ * width_;
    report.auxiliary_loss =
        coefficient * decode(sae, dead_active_, whole_part_, errors_.data(), 1, dead_errors, 2 * coefficient / n) / n;
}

/// errors [parts][n][width], of the last part first: what the activations of its features make with the decoder + sign
/// * added [n][width], and then the sum of that and of all larger parts'. Returns the sum of the squares of the
/// whole's. Activations are multiplied by `factor` then, as are their gradients: errors times the decoder.
double train_step::decode(const sae_parameters & sae, batch_activations & activations,
                          const std::vector<uint32_t> & parts, const float * added, float sign, float * errors,
                          double factor) {
    const auto scale = static_cast<float>(factor);
    const size_t last = parts.size() - 1;
    for_groups([&](size_t index, size_t begin, size_t end) {
        row_group & group = activations.groups()[index];
        group.gradients.resize(group.values.size());
        for (size_t i = 0; i < group.values.size(); i++) group.values[i] /= sae.norms.data()[group.features[i]];
        group_totals_[index] = 0;
        const auto directions = [&](size_t from, size_t to) {
            return picked_rows{sae.decoder.values.data(), width_, group.features.data() + from, to - from};
        };
        std::vector<size_t> ends(parts.size());
        for (size_t row = begin; row < end; row++) {
            const size_t first = group.begin_of(row - begin);
            const auto error_of = [&](size_t part) { return errors + ((last - part) * n_rows_ + row) * width_; };
            const auto begin_of = [&](size_t part) { return part == 0 ? first : ends[part - 1]; };
            for (size_t part = 0; part <= last; part++) {
                const auto features = group.features.begin();
                const auto rest = features + static_cast<ptrdiff_t>(begin_of(part));
                const auto row_end = features + static_cast<ptrdiff_t>(group.end_of(row - begin));
                ends[part] = static_cast<size_t>(std::lower_bound(rest, row_end, parts[part]) - features);
                float * error = error_of(part);
                kernel_.sum(directions(begin_of(part), ends[part]), group.values.data() + begin_of(part), error);
                const float * other = part == 0 ? added + row * width_ : error_of(part - 1);
                const float times = part == 0 ? sign : 1;
                for (size_t j = 0; j < width_; j++) error[j] += times * other[j];
            }
            group_totals_[index] += kernel_.squares(error_of(last), width_);
            for (size_t part = last + 1; part-- > 0;) {
                float * error = error_of(part);
                for (size_t j = 0; part < last && j < width_; j++) error[j] += error_of(part + 1)[j];
                kernel_.dots(directions(begin_of(part), ends[part]), error, group.gradients.data() + begin_of(part));
            }
        }
        for (float & gradient : group.gradients) gradient *= scale;
        for (float & value : group.values) value *= scale;
    });
    return std::accumulate(group_totals_.begin(), group_totals_.end(), 0.0);
}

/// Fills what lies by feature, and tells which were active.
void train_step::sort_by_feature(sae_parameters & sae) {
    std::fill(begins_.begin(), begins_.end(), 0u);
    for (const row_group & group : active_.groups()) {
        for (const uint32_t feature : group.features) begins_[feature + 1]++;
    }
    for (size_t feature = 0; feature < sae.idle_steps.size(); feature++)
        sae.idle_steps[feature] = begins_[feature + 1] > 0 ? 0 : std::min(most_idle, sae.idle_steps[feature] + 1);
    if (!dead_.empty()) {
        for (const row_group & group : dead_active_.groups()) {
            for (const uint32_t feature : group.features) begins_[feature + 1]++;
        }
    }
    std::partial_sum(begins_.begin(), begins_.end(), begins_.begin());
    for (auto * values : {&input_rows_, &error_rows_}) values->resize(begins_.back());
    for (auto * values : {&activations_, &gradients_}) values->resize(begins_.back());
    next_ = begins_;
    place(active_, parts_, 0);
    if (!dead_.empty()) place(dead_active_, whole_part_, parts_.size() * n_rows_);
}

void train_step::place(const batch_activations & activations, const std::vector<uint32_t> & parts, size_t first_error) {
    for (size_t index = 0; index < activations.groups().size(); index++) {
        const row_group & group = activations.groups()[index];
        for (uint32_t row = 0; row < group_rows; row++) {
            const auto input_row = static_cast<uint32_t>(index * group_rows) + row;
            size_t part = 0;
            for (size_t i = group.begin_of(row); i < group.end_of(row); i++) {
                while (group.features[i] >= parts[part]) part++;
                const uint32_t at = next_[group.features[i]]++;
                input_rows_[at] = input_row;
                error_rows_[at] = static_cast<uint32_t>(first_error + (parts.size() - 1 - part) * n_rows_) + input_row;
                activations_[at] = group.values[i];
                gradients_[at] = group.gradients[i];
            }
        }
    }
}

void train_step::learn(sae_parameters & sae) {
    const size_t n_blocks = blocks_of(sae.d_sae);
    run_parallel(options_.threads, n_blocks,
                 [&](size_t block, cpu_turn &) { block_totals_[block] = find_gradients(sae, block); });
    const double squares = std::accumulate(block_totals_.begin(), block_totals_.end(), find_bias_gradient(sae));
    const adam_step adam = adam_of(sae.step, std::sqrt(squares));
    run_parallel(options_.threads, n_blocks, [&](size_t block, cpu_turn &) { step_features(sae, adam, block); });
    kernel_.adam(adam, decoder_bias_gradient_.data(), width_, sae.decoder_bias.values.data(),
                 sae.decoder_bias.first.data(), sae.decoder_bias.second.data());
}

/// Of a block of features. Returns their squared norm.
double train_step::find_gradients(const sae_parameters & sae, size_t block) {
    float * through_encoder = through_encoder_.data() + block * width_;
    std::fill(through_encoder, through_encoder + width_, 0.0f);
    double squares = 0;
    const size_t n_outliers = sae.n_outliers();
    for (size_t feature = block * block_features; feature < end_of(block, sae.d_sae); feature++) {
        float * of_encoder = feature_gradients_.data() + feature * 2 * width_;
        float * of_decoder = of_encoder + width_;
        const size_t at = begins_[feature];
        const size_t count = begins_[feature + 1] - at;
        kernel_.sum({inputs_.data(), width_, input_rows_.data() + at, count}, gradients_.data() + at, of_encoder);
        kernel_.sum({errors_.data(), width_, error_rows_.data() + at, count}, activations_.data() + at, of_decoder);
        float of_bias = 0;
        for (size_t i = 0; i < count; i++) of_bias += gradients_[at + i];
        encoder_bias_gradient_.data()[feature] = of_bias;
        if (count == 0) continue;
        const float * encoder = sae.encoder.values.data() + feature * width_;
        for (size_t j = 0; j < width_; j++) through_encoder[j] += of_bias * encoder[j];
        if (feature < n_outliers) { // it stays as it was set, whatever else it is active on
            std::fill(of_encoder, of_encoder + 2 * width_, 0.0f);
            encoder_bias_gradient_.data()[feature] = 0;
            continue;
        }
        squares += kernel_.squares(of_encoder, 2 * width_) + of_bias * of_bias;
    }
    return squares;
}

/// Of the decoder's bias, which is added to reconstructions and taken from inputs. Returns its squared norm.
double train_step::find_bias_gradient(const sae_parameters & sae) {
    const float * of_all_parts = errors_.data() + (parts_.size() - 1) * n_rows_ * width_;
    for_groups([&](size_t index, size_t begin, size_t end) {
        kernel_.sum({of_all_parts, width_, whole_.data() + begin, end - begin}, ones_.data(),
                    group_sums_.data() + index * width_);
    });
    double squares = 0;
    for (size_t j = 0; j < width_; j++) {
        double added = 0;
        double taken = 0;
        for (size_t index = 0; index < group_totals_.size(); index++) added += group_sums_.data()[index * width_ + j];
        for (size_t block = 0; block < blocks_of(sae.d_sae); block++)
            taken += through_encoder_.data()[block * width_ + j];
        const double gradient = 2 * added / static_cast<double>(n_rows_) - taken;
        decoder_bias_gradient_.data()[j] = static_cast<float>(gradient);
        squares += gradient * gradient;
    }
    return squares;
}

void train_step::step_features(sae_parameters & sae, const adam_step & adam, size_t block) {
    const size_t begin = block * block_features;
    const size_t end = end_of(block, sae.d_sae);
    const size_t n_outliers = sae.n_outliers();
    for (size_t feature = begin; feature < end; feature++) {
        const float * gradient = feature_gradients_.data() + feature * 2 * width_;
        for (learned * of : {&sae.encoder, &sae.decoder}) {
            const size_t at = feature * width_;
            kernel_.adam(adam, gradient, width_, of->values.data() + at, of->first.data() + at, of->second.data() + at);
            gradient += width_;
        }
        if (feature >= n_outliers) sae.turn_across_outliers(sae.encoder.values.data() + feature * width_, n_outliers);
    }
    kernel_.adam(adam, encoder_bias_gradient_.data() + begin, end - begin, sae.encoder_bias.values.data() + begin,
                 sae.encoder_bias.first.data() + begin, sae.encoder_bias.second.data() + begin);
    sae.measure(begin, end);
}

adam_step train_step::adam_of(uint64_t step, double gradient_norm) const {
    const auto t = static_cast<double>(step + 1);
    adam_step adam;
    adam.scale = static_cast<float>(std::min(1.0, options_.most_gradient / (gradient_norm + 1e-6)));
    adam.first_decay = static_cast<float>(options_.first_decay);
    adam.second_decay = static_cast<float>(options_.second_decay);
    adam.rate = static_cast<float>(learning_rate(step) / (1 - std::pow(options_.first_decay, t)));
    adam.root = static_cast<float>(1 / std::sqrt(1 - std::pow(options_.second_decay, t)));
    adam.epsilon = static_cast<float>(options_.epsilon);
    return adam;
}

/// Rises linearly in the first steps and falls to 0 linearly in the last.
double train_step::learning_rate(uint64_t step) const {
    const auto done = static_cast<double>(step);
    const double rising = (done + 1) / std::max(1.0, static_cast<double>(options_.warm_up_steps));
    const double left = static_cast<double>(options_.steps) - done;
    const double falling = left / (static_cast<double>(options_.decay_steps) + 1);
    return options_.learning_rate * std::clamp(std::min(rising, falling), 0.0, 1.0);
}

size_t train_step::wanted_of(size_t n_rows) const {
    return static_cast<size_t>(options_.k * static_cast<double>(n_rows));
}

size_t train_step::most_dead() const {
    return static_cast<size_t>(std::max(1, options_.d_model / 2));
}

} // namespace corrsteer::training
