#include "training/sae-trainer.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <random>

#include "check.h"
#include "platform/backend.h"

using namespace corrsteer;
using training::sae_parameters;

namespace {

constexpr int d = 20; // not a multiple of a row's lanes
constexpr int n_features = 70;
constexpr int layer = 3;

training_options options() {
    training_options o;
    o.layers = {layer};
    o.d_model = d;
    o.d_sae = n_features;
    o.k = 5;
    o.batch_rows = 40;
    o.steps = 100;
    o.learning_rate = 1e-3;
    o.first_decay = 0.9;
    o.second_decay = 0.999;
    o.epsilon = 1e-8;
    o.most_gradient = 1e9;
    o.dead_steps = 1e9;
    o.threshold_rate = 0.01;
    o.seed = 11;
    o.device = "cpu";
    o.threads = 2;
    return o;
}

/// Sums of a few directions each, about a mean.
std::vector<float> random_rows(int n, int seed) {
    std::mt19937 random(7);
    std::normal_distribution<float> normal;
    std::vector<float> directions(30 * d);
    for (float & x : directions) x = normal(random);
    random.seed(static_cast<unsigned>(seed));
    std::vector<float> rows(static_cast<size_t>(n * d), 0.7f);
    for (int i = 0; i < n; i++) {
        for (int active = 0; active < 4; active++) {
            const float factor = 1 + std::fabs(normal(random));
            const float * direction = directions.data() + random() % 30 * d;
            for (int j = 0; j < d; j++) rows[static_cast<size_t>(i * d + j)] += factor * direction[j];
        }
    }
    return rows;
}

std::shared_ptr<row_buffer> buffer_of(const std::vector<float> & rows, const std::vector<int> & layers = {layer}) {
    const auto n = static_cast<uint32_t>(rows.size() / d);
    auto buffer = std::make_shared<row_buffer>(layers, d, n);
    buffer->begin({n + 1});
    for (const int at : layers) {
        buffer->append(at, 0, rows.data()); // of the first position
        for (uint32_t i = 0; i < n; i++) buffer->append(at, 0, rows.data() + i * d);
    }
    return buffer;
}

void train(sae_trainer & trainer, const row_buffer & rows, int begin, int end) {
    for (int batch = begin; batch < end; batch++) trainer.train(rows, 5, batch);
}

/// Tells the trainer of its rows, and makes its one SAE another than was drawn.
void disturb(sae_trainer & trainer, const row_buffer & rows) {
    trainer.train(rows, 0, 0);
    sae_parameters & sae = trainer.parameters(layer);
    std::mt19937 random(3);
    std::normal_distribution<float> normal;
    for (int feature = 0; feature < n_features; feature++) {
        for (int j = 0; j < d; j++)
            sae.encoder.values.data()[static_cast<size_t>(feature) * sae.width + static_cast<size_t>(j)] +=
                0.1f * normal(random);
        sae.encoder_bias.values.data()[feature] = 0.3f * normal(random);
        const float factor = 0.8f + 0.4f * static_cast<float>(feature) / n_features;
        for (size_t j = 0; j < sae.width; j++)
            sae.decoder.values.data()[static_cast<size_t>(feature) * sae.width + j] *= factor;
    }
    sae.measure(0, n_features);
    for (const sae_parameters::part & part : sae.parts()) {
        if (part.name.find("moment") != std::string::npos) std::fill(part.values, part.values + part.size, 0.0f);
    }
}

/// The loss of train-step.h in plain double precision, over all rows, which are one batch.
struct oracle {
    const training_options & o;
    const std::vector<float> & rows;
    size_t width;
    double scale;
    std::vector<double> encoder, encoder_bias, decoder, decoder_bias;
    std::vector<double> left; ///< what dead features are to make: its gradient is nobody's

    oracle(const training_options & o, const sae_parameters & sae, const std::vector<float> & rows)
        : o(o), rows(rows), width(sae.width), scale(sae.input_scale) {
        const auto copy = [](const training::learned & of) {
            return std::vector<double>(of.values.data(), of.values.data() + of.values.size());
        };
        encoder = copy(sae.encoder);
        encoder_bias = copy(sae.encoder_bias);
        decoder = copy(sae.decoder);
        decoder_bias = copy(sae.decoder_bias);
        left = errors(active(), n_features);
    }

    int n() const { return static_cast<int>(rows.size() / d); }
    double x(int row, int j) const { return scale * rows[static_cast<size_t>(row * d + j)]; }

    std::vector<double> pre_activations() const {
        std::vector<double> p;
        for (int row = 0; row < n(); row++) {
            for (size_t feature = 0; feature < n_features; feature++) {
                double sum = encoder_bias[feature];
                for (size_t j = 0; j < d; j++)
                    sum += encoder[feature * width + j] * (x(row, static_cast<int>(j)) - decoder_bias[j]);
                p.push_back(sum);
            }
        }
        return p;
    }

    std::vector<double> decoded(const std::vector<double> & f, bool with_bias) const {
        std::vector<double> out;
        for (size_t row = 0; row < static_cast<size_t>(n()); row++) {
            for (size_t j = 0; j < d; j++) {
                double sum = with_bias ? decoder_bias[j] : 0;
                for (size_t feature = 0; feature < n_features; feature++)
                    sum += f[row * n_features + feature] * decoder[feature * width + j];
                out.push_back(sum);
            }
        }
        return out;
    }

    double norm(size_t feature) const {
        double squares = 0;
        for (size_t j = 0; j < width; j++) squares += decoder[feature * width + j] * decoder[feature * width + j];
        return std::sqrt(squares);
    }

    /// Those of p, of which p |decoder row| is one of the largest; 0 for others.
    std::vector<double> largest(const std::vector<double> & p, size_t begin, size_t end, size_t count) const {
        std::vector<double> ranked;
        for (size_t i = begin; i < end; i++) ranked.push_back(p[i] * norm(i % n_features));
        std::vector<double> sorted = ranked;
        std::sort(sorted.rbegin(), sorted.rend());
        std::vector<double> kept;
        for (size_t i = begin; i < end; i++) kept.push_back(ranked[i - begin] >= sorted[count - 1] ? p[i] : 0);
        return kept;
    }

    std::vector<double> active() const {
        const std::vector<double> p = pre_activations();
        std::vector<double> f;
        if (o.activation == training_activation::batch_top_k) {
            f = largest(p, 0, p.size(), static_cast<size_t>(o.k * n()));
        } else {
            for (size_t i = 0; i < p.size(); i += n_features) {
                const auto row = largest(p, i, i + n_features, static_cast<size_t>(o.k));
                f.insert(f.end(), row.begin(), row.end());
            }
        }
        for (double & value : f) value = std::max(value, 0.0);
        return f;
    }

    /// Of the first features alone.
    std::vector<double> errors(std::vector<double> f, int n_first) const {
        for (size_t i = 0; i < f.size(); i++) {
            if (static_cast<int>(i % n_features) >= n_first) f[i] = 0;
        }
        std::vector<double> errors = decoded(f, true);
        for (size_t i = 0; i < errors.size(); i++)
            errors[i] = x(static_cast<int>(i) / d, static_cast<int>(i) % d) - errors[i];
        return errors;
    }

    double mean_square(const std::vector<double> & values) const {
        return std::inner_product(values.begin(), values.end(), values.begin(), 0.0) / n();
    }

    double main_loss() const { return mean_square(errors(active(), n_features)); }

    /// All features dead.
    double auxiliary_loss() const {
        const std::vector<double> p = pre_activations();
        std::vector<double> z;
        for (size_t i = 0; i < p.size(); i += n_features) {
            const auto row = largest(p, i, i + n_features, d / 2);
            z.insert(z.end(), row.begin(), row.end());
        }
        const std::vector<double> made = decoded(z, false);
        double loss = 0;
        for (size_t i = 0; i < made.size(); i++) loss += (made[i] - left[i]) * (made[i] - left[i]);
        return o.auxiliary_coefficient * loss / n();
    }

    double added_loss() const { return o.auxiliary_coefficient > 0 ? auxiliary_loss() : 0; }
    double loss() const {
        const std::vector<double> f = active();
        double loss = mean_square(errors(f, n_features)) + added_loss();
        for (const int end : o.nested) loss += mean_square(errors(f, end));
        return loss;
    }

    /// By finite differences; of a matrix every fifth, which are some of each row and column, as its width is no
    /// multiple of five.
    std::map<size_t, double> gradient(std::vector<double> oracle::*of) {
        constexpr double step = 1e-6;
        std::map<size_t, double> gradient;
        std::vector<double> & values = this->*of;
        const size_t stride = values.size() > n_features ? 5 : 1;
        for (size_t i = 0; i < values.size(); i += stride) {
            double & value = values[i];
            const double before = value;
            value = before + step;
            const double above = loss();
            value = before - step;
            const double below = loss();
            value = before;
            gradient[i] = (above - below) / (2 * step);
        }
        return gradient;
    }
};

/// What Adam's first moment says of the first gradient it got.
double relative_error(const training::learned & got, const std::map<size_t, double> & expected) {
    double difference = 0;
    double norm = 0;
    for (const auto & [i, value] : expected) {
        const double gradient = got.first.data()[i] / (1 - 0.9);
        difference += (gradient - value) * (gradient - value);
        norm += value * value;
    }
    CHECK(norm > 0);
    return std::sqrt(difference / norm);
}

void check_gradients(training_options o) {
    const std::vector<float> rows = random_rows(o.batch_rows, 1);
    const auto buffer = buffer_of(rows);
    sae_trainer trainer(o);
    disturb(trainer, *buffer);
    sae_parameters & sae = trainer.parameters(layer);
    oracle expected(o, sae, rows);
    const auto of_decoder = expected.gradient(&oracle::decoder);
    const auto of_encoder = expected.gradient(&oracle::encoder);
    const auto of_encoder_bias = expected.gradient(&oracle::encoder_bias);
    const auto of_decoder_bias = expected.gradient(&oracle::decoder_bias);
    const std::vector<step_report> reports = trainer.train(*buffer, 0, 0);
    CHECK(std::fabs(reports.at(0).loss - expected.main_loss()) < 1e-5 * expected.main_loss());
    CHECK(std::fabs(reports[0].auxiliary_loss - expected.added_loss()) <= 1e-5 * expected.added_loss());
    CHECK(relative_error(sae.encoder, of_encoder) < 1e-4);
    CHECK(relative_error(sae.decoder, of_decoder) < 1e-4);
    CHECK(relative_error(sae.encoder_bias, of_encoder_bias) < 1e-4);
    CHECK(relative_error(sae.decoder_bias, of_decoder_bias) < 1e-4);
}

std::vector<float> state(sae_trainer & trainer, int at = layer) {
    std::vector<float> all;
    for (const sae_parameters::part & part : trainer.parameters(at).parts())
        all.insert(all.end(), part.values, part.values + part.size);
    return all;
}

} // namespace

TEST("gradients are those of finite differences") {
    check_gradients(options());
    training_options top_k = options();
    top_k.activation = training_activation::top_k;
    check_gradients(top_k);
}

TEST("gradients with features nested are those of finite differences") {
    training_options o = options();
    o.nested = {8, 30};
    o.auxiliary_coefficient = 0.5;
    o.dead_steps = -1; // all features
    check_gradients(o);
}

TEST("gradients of the auxiliary loss are those of finite differences") {
    training_options o = options();
    o.auxiliary_coefficient = 0.5;
    o.dead_steps = -1; // all features
    check_gradients(o);
}

TEST("a gradient is no longer than it may be") {
    const std::vector<float> rows = random_rows(40, 1);
    const auto buffer = buffer_of(rows);
    training_options o = options();
    o.most_gradient = 0.25;
    sae_trainer trainer(o);
    trainer.train(*buffer, 0, 0);
    double squares = 0;
    for (const sae_parameters::part & part : trainer.parameters(layer).parts()) {
        if (part.name.find("first_moment") == std::string::npos) continue;
        for (size_t i = 0; i < part.size; i++) squares += std::pow(part.values[i] / (1 - 0.9), 2);
    }
    CHECK(std::fabs(std::sqrt(squares) - 0.25) < 1e-4);
}

TEST("one feature is of rows that are far longer than others, from beginning to end, and no other is active on them") {
    std::vector<float> rows = random_rows(400, 6);
    const size_t longest = 17;
    for (size_t j = 0; j < d; j++) rows[longest * d + j] *= j % 2 == 0 ? 300.0f : -200.0f;
    training_options o = options();
    o.steps = 200;
    o.most_gradient = 1;
    sae_trainer trainer(o);
    const auto buffer = buffer_of(rows);
    for (int step = 0; step < 200; step++) trainer.train(*buffer, static_cast<uint64_t>(step / 10), step % 10);
    sae_parameters & sae = trainer.parameters(layer);
    std::vector<double> row(d);
    double squares = 0;
    for (size_t j = 0; j < d; j++) {
        row[j] = sae.input_scale * rows[longest * d + j] - sae.decoder_bias.values.data()[j];
        squares += row[j] * row[j];
    }
    const auto activation = [&](size_t feature) {
        const float * encoder = sae.encoder.values.data() + feature * sae.width;
        return std::inner_product(row.begin(), row.end(), encoder, double{sae.encoder_bias.values.data()[feature]});
    };
    double wrong = 0;
    for (size_t j = 0; j < d; j++) wrong += std::pow(activation(0) * sae.decoder.values.data()[j] - row[j], 2);
    CHECK(sae.n_outliers() == 1);
    CHECK(wrong < 1e-5 * squares);
    for (size_t feature = 1; feature < n_features; feature++) CHECK(activation(feature) < 0.01 * std::sqrt(squares));
}

TEST("learns directions that rows are made of") {
    const std::vector<float> rows = random_rows(4000, 2);
    const auto buffer = buffer_of(rows);
    training_options o = options();
    o.steps = 600;
    o.decay_steps = 100;
    o.learning_rate = 3e-3;
    sae_trainer trainer(o);
    std::vector<step_report> reports;
    for (int step = 0; step < 600; step++)
        reports.push_back(trainer.train(*buffer, static_cast<uint64_t>(step / 100), step % 100).at(0));
    CHECK(reports.size() == 600 && trainer.parameters(layer).step == 600);
    CHECK(reports.front().loss > 0.8 * reports.front().variance);
    CHECK(reports.back().loss < 0.2 * reports.back().variance);
    for (const step_report & report : reports) CHECK(report.active <= o.k);
    const trained_sae saved = trainer.trained(layer);
    for (size_t feature = 0; feature < n_features; feature++) {
        double norm = 0;
        for (size_t j = 0; j < d; j++) norm += std::pow(saved.decoder[feature * d + j], 2);
        CHECK(std::fabs(norm - 1) < 1e-5);
    }
}

TEST("the first features explain more by themselves where they are nested") {
    const std::vector<float> rows = random_rows(400, 2);
    const std::vector<float> some(rows.begin(), rows.begin() + 40 * d);
    const auto buffer = buffer_of(rows);
    training_options o = options();
    o.learning_rate = 3e-3;
    double left[2];
    for (const bool are_nested : {false, true}) {
        o.nested = are_nested ? std::vector<int>{8} : std::vector<int>{};
        sae_trainer trainer(o);
        for (uint64_t chunk = 0; chunk < 20; chunk++) {
            for (int batch = 0; batch < 10; batch++) trainer.train(*buffer, chunk, batch);
        }
        const oracle learnt(o, trainer.parameters(layer), some);
        left[are_nested] = learnt.mean_square(learnt.errors(learnt.active(), 8));
        CHECK(learnt.main_loss() < left[are_nested]);
    }
    CHECK(left[1] < 0.8 * left[0]);
}

TEST("trains to the same bits on any number of threads, beside other layers, and in parts") {
    const std::vector<float> rows = random_rows(400, 3);
    training_options o = options();
    o.auxiliary_coefficient = 1.0 / 32;
    o.dead_steps = 3;
    sae_trainer whole(o);
    const auto buffer = buffer_of(rows);
    train(whole, *buffer, 0, 10);
    const std::vector<float> expected = state(whole);

    o.threads = 3;
    o.layers = {-1, layer};
    sae_trainer parts(o);
    const auto both = buffer_of(rows, o.layers);
    train(parts, *both, 0, 4);
    train(parts, *both, 4, 10);
    CHECK(state(parts) == expected);
    CHECK(state(parts, -1) == expected);

    o.layers = {layer};
    sae_trainer first(o);
    train(first, *buffer, 0, 7);
    sae_trainer second(o);
    sae_parameters & from = first.parameters(layer);
    sae_parameters & to = second.parameters(layer);
    const auto saved = from.parts();
    const auto restored = to.parts();
    for (size_t i = 0; i < saved.size(); i++)
        std::copy(saved[i].values, saved[i].values + saved[i].size, restored[i].values);
    to.input_scale = from.input_scale;
    to.smallest_mean = from.smallest_mean;
    to.step = from.step;
    to.measure(0, n_features);
    train(second, *buffer, 7, 10);
    CHECK(state(second) == expected);
    CHECK(to.threshold(o.threshold_rate) == whole.parameters(layer).threshold(o.threshold_rate));
}

TEST("what is saved does in raw units what was trained in scaled ones") {
    const std::vector<float> rows = random_rows(400, 4);
    const auto buffer = buffer_of(rows);
    training_options o = options();
    sae_trainer trainer(o);
    train(trainer, *buffer, 0, 10);
    const sae_parameters & sae = trainer.parameters(layer);
    const trained_sae saved = trainer.trained(layer);
    CHECK(std::fabs(saved.threshold * sae.input_scale - sae.threshold(o.threshold_rate)) < 1e-6);
    for (size_t row = 0; row < 5; row++) {
        for (size_t feature = 0; feature < n_features; feature++) {
            double raw = saved.encoder_bias[feature];
            double scaled = sae.encoder_bias.values.data()[feature];
            for (size_t j = 0; j < d; j++) {
                const double x = rows[row * d + j];
                raw += x * saved.encoder[j * n_features + feature];
                scaled += (x * sae.input_scale - sae.decoder_bias.values.data()[j]) *
                          sae.encoder.values.data()[feature * sae.width + j];
            }
            CHECK(std::fabs(raw * sae.input_scale - scaled * sae.norms.data()[feature]) < 1e-4);
        }
    }
    for (size_t j = 0; j < d; j++)
        CHECK(std::fabs(saved.decoder_bias[j] * sae.input_scale - sae.decoder_bias.values.data()[j]) < 1e-5);
}

TEST("features that are all dead learn from what is left, and come back") {
    const std::vector<float> rows = random_rows(400, 6);
    const auto buffer = buffer_of(rows);
    training_options o = options();
    o.steps = 300;
    o.learning_rate = 3e-2;
    o.auxiliary_coefficient = 1;
    o.dead_steps = 5;
    for (const auto activation : {training_activation::batch_top_k, training_activation::top_k}) {
        o.activation = activation;
        sae_trainer trainer(o);
        sae_parameters & sae = trainer.parameters(layer);
        std::fill_n(sae.encoder_bias.values.data(), n_features, -20.0f);
        std::vector<step_report> reports;
        for (int step = 0; step < 300; step++)
            reports.push_back(trainer.train(*buffer, static_cast<uint64_t>(step / 10), step % 10).at(0));
        CHECK(reports[0].active == 0 && reports[0].threshold == 0);
        CHECK(reports[6].dead == n_features);
        CHECK(reports.back().dead < n_features && reports.back().active > 0.9 * o.k);
    }
}

TEST("leaves what it knows alone when rows are not finite") {
    std::vector<float> rows = random_rows(80, 5);
    training_options o = options();
    sae_trainer trainer(o);
    train(trainer, *buffer_of(rows), 0, 1);
    const std::vector<float> before = state(trainer);
    rows[77] = std::numeric_limits<float>::quiet_NaN();
    const auto buffer = buffer_of(rows);
    CHECK(check::throws_code("ERR_NON_FINITE", [&] { train(trainer, *buffer, 0, 2); }));
    CHECK(trainer.parameters(layer).step <= 2);
    sae_trainer fresh(o);
    CHECK(check::throws_code("ERR_NON_FINITE", [&] { train(fresh, *buffer, 0, 1); }));
    CHECK(fresh.parameters(layer).step == 0);
    for (const float value : before) CHECK(std::isfinite(value));
}

TEST("keeps the largest, and of equal ones the first") {
    training::batch_activations found(20);
    const training::row_kernel & kernel = training::find_row_kernel();
    const std::vector<float> products = {3, 1, 2, 2, -1};
    const std::vector<float> bias = {0, 0, 0, 0, 0};
    const std::vector<float> norms = {1, 1, 1, 1, 1};
    const training::encoded_row encoded = {products.data(), bias.data(), norms.data(), 5};
    for (int row = 0; row < 20; row++) found.append_above(kernel, row, encoded, 0);
    CHECK(found.count() == 80);
    CHECK(found.keep_largest(25) == 2);
    CHECK(found.count() == 25);
    const training::row_group & first = found.groups()[0];
    CHECK(first.features[0] == 0 && first.features[1] == 2 && first.features[2] == 3 && first.ends[0] == 3);
    CHECK(first.ends[1] == 6 && first.ends[2] == 8);
    CHECK(found.groups()[1].ends[3] == 4);
}

TEST("rows beyond a buffer's capacity are left out, and the first of each text") {
    row_buffer buffer({0}, 2, 5);
    buffer.begin({4, 1, 4});
    CHECK(buffer.n_rows() == 5);
    for (const int slot : {2, 0}) {
        for (int i = 0; i < 4; i++) {
            const float row[] = {static_cast<float>(slot), static_cast<float>(i)};
            buffer.append(0, slot, row);
        }
        if (slot == 2) CHECK(check::throws_code("ERR_INTERNAL", [&] { buffer.rows(0); }));
    }
    const float * rows = buffer.rows(0);
    CHECK(std::vector<float>(rows, rows + 10) == std::vector<float>({0, 1, 0, 2, 0, 3, 2, 1, 2, 2}));
    CHECK(check::throws_code("ERR_OUT_OF_RANGE", [&] { buffer.rows(1); }));
}

int main() {
    load_backends(std::getenv("CORRSTEER_LIBRARIES"), {});
    return check::run_all();
}
