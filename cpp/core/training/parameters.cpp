#include "training/parameters.h"

#include <cmath>
#include <cstring>

#include "platform/random.h"
#include "training/row-kernel.h"

namespace corrsteer::training {

namespace {

/// In (0, 1].
double uniform(random_stream & random) {
    return (static_cast<double>(random.next() >> 11) + 1) * 0x1p-53;
}

/// Normally distributed (Box and Muller 1958).
double normal(random_stream & random) {
    constexpr double two_pi = 6.283185307179586;
    const double radius = std::sqrt(-2 * std::log(uniform(random)));
    return radius * std::cos(two_pi * uniform(random));
}

} // namespace

sae_parameters::sae_parameters(int d_model, int d_sae)
    : d_model(d_model), d_sae(d_sae), width(padded_width(d_model)), encoder(static_cast<size_t>(d_sae) * width),
      decoder(static_cast<size_t>(d_sae) * width), encoder_bias(static_cast<size_t>(d_sae)), decoder_bias(width),
      norms(static_cast<size_t>(d_sae)), idle_steps(static_cast<size_t>(d_sae)), outliers(most_outliers * width) {}

void sae_parameters::draw(uint64_t seed) {
    std::vector<double> direction(static_cast<size_t>(d_model));
    for (size_t feature = 0; feature < static_cast<size_t>(d_sae); feature++) {
        random_stream random(seed, feature);
        double squares = 0;
        for (double & x : direction) {
            x = normal(random);
            squares += x * x;
        }
        const double scale = 1 / std::sqrt(squares);
        float * row = decoder.values.data() + feature * width;
        for (size_t i = 0; i < direction.size(); i++) row[i] = static_cast<float>(direction[i] * scale);
    }
    tie();
}

void sae_parameters::tie() {
    std::memcpy(encoder.values.data(), decoder.values.data(), encoder.values.size() * sizeof(float));
    measure(0, static_cast<size_t>(d_sae));
}

void sae_parameters::measure(size_t begin, size_t end) {
    const row_kernel & kernel = find_row_kernel();
    for (size_t feature = begin; feature < end; feature++) {
        const float * row = decoder.values.data() + feature * width;
        norms.data()[feature] = std::sqrt(kernel.squares(row, width));
    }
}

size_t sae_parameters::n_outliers() const {
    size_t n = 0;
    while (n < most_outliers && find_row_kernel().squares(outliers.data() + n * width, width) > 0) n++;
    return n;
}

void sae_parameters::turn_across_outliers(float * row, size_t n) const {
    for (uint32_t i = 0; i < n; i++) {
        float along = 0;
        find_row_kernel().dots({outliers.data(), width, &i, 1}, row, &along);
        for (size_t j = 0; j < width; j++) row[j] -= along * outliers.data()[i * width + j];
    }
}

double sae_parameters::threshold(double rate) const {
    return step == 0 ? 0 : smallest_mean / (1 - std::pow(1 - rate, static_cast<double>(step)));
}

std::vector<sae_parameters::part> sae_parameters::parts() {
    std::vector<part> all;
    const auto add = [&](const std::string & name, learned & of) {
        all.push_back({name, of.values.data(), of.values.size()});
        all.push_back({name + ".first_moment", of.first.data(), of.first.size()});
        all.push_back({name + ".second_moment", of.second.data(), of.second.size()});
    };
    add("encoder", encoder);
    add("decoder", decoder);
    add("encoder_bias", encoder_bias);
    add("decoder_bias", decoder_bias);
    all.push_back({"idle_steps", idle_steps.data(), idle_steps.size()});
    all.push_back({"outliers", outliers.data(), outliers.size()});
    return all;
}

} // namespace corrsteer::training
