#pragma once

#include <optional>

#include "products/route.h"

namespace corrsteer::products {

/// What products of one shape are computed with, in 10^9 operations a second of one thread, of which a value of weights
/// and one of a row take two.
struct speeds {
    double llama_cpp;
    std::optional<double> float32; ///< none where no code is written for it
    std::optional<double> int8;
    route used; ///< by `policy::fastest`
};

/// Multiplies `n_rows` random rows with random weights [n_outputs, depth], kept as llama.cpp keeps a model's. Some 0.1
/// s. None of a type that is llama.cpp's alone. ERR_OUT_OF_RANGE
std::optional<speeds> measure_speeds(ggml_type type, int depth, int n_outputs, int n_rows);

} // namespace corrsteer::products
