#pragma once

#include <cstdint>
#include <vector>

#include "ggml-cpp.h"

namespace corrsteer {

/// Of each row of a tile the features that fire, in no order: row i has those from offsets[i] to offsets[i + 1].
struct fired_rows {
    std::vector<uint32_t> offsets;
    std::vector<uint32_t> features;
    std::vector<float> values;
};

/// Finds what fires where the activations are computed, so that little else crosses to the host.
class fired_finder {
  public:
    /// Whether few enough of a row's features are looked for.
    static bool pays(int d_sae, int k) { return most_of(d_sae, k) <= d_sae / 4; }

    /// Adds to the graph of activations, ne {d_sae, n_rows}. k: how many of a row are kept; 0 for all above 0.
    fired_finder(ggml_context * g, ggml_cgraph * graph, ggml_tensor * activations, int k);

    /// After the graph was computed. False where a row has more than were looked for, or equal ones leave open which
    /// are the k largest.
    bool read(fired_rows & fired);

  private:
    static int most_of(int d_sae, int k);
    bool add_row(const int32_t * features, const float * values, fired_rows & fired);

    int k_;
    ggml_tensor * features_; // of the largest of each row, ne {most, n_rows}
    ggml_tensor * values_;
    std::vector<int32_t> read_features_;
    std::vector<float> read_values_;
    std::vector<int> order_;
};

} // namespace corrsteer
