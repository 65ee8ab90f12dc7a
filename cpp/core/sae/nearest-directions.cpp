#include "sae/nearest-directions.h"

#include <vector>

#include "platform/tensor-view.h"

namespace corrsteer {

nearest_rows nearest_directions(const sae & sae, size_t k, int n_threads, const cancel_token & cancel) {
    const auto width = static_cast<size_t>(sae.d_model());
    return find_nearest(
        static_cast<size_t>(sae.d_sae()), width, k, n_threads,
        [&](size_t feature, float * row) {
            const std::vector<float> direction = sae.decoder_rows({static_cast<uint32_t>(feature)});
            const double norm = euclidean_norm(direction.data(), width);
            for (size_t i = 0; i < width; i++) row[i] = norm > 0 ? static_cast<float>(direction[i] / norm) : 0.0f;
        },
        cancel);
}

} // namespace corrsteer
