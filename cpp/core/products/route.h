#pragma once

#include "products/kernel.h"

namespace corrsteer::products {

/// Whose arithmetic a product with weights is.
enum class route {
    llama_cpp, ///< rounds the rows to the weights' precision, to 8 bits for quantised ones
    float32,   ///< rounds nothing but sums
    int8,      ///< rounds the rows to 8 bits, with a scale for each block of the weights
};

enum class policy {
    llama_cpp, ///< always
    float32,   ///< from `fewest_rows` on, where weights lie as in the file
    fastest,   ///< by the table in route.cpp
};

/// Whether this processor has the instructions for any route but llama.cpp's.
bool are_here();

/// What quantised weights are multiplied in by `policy::fastest` on this processor: "int8", "float32" or "llama.cpp".
const char * fastest_name();

/// Null: llama.cpp's.
kernel find_kernel(route route, ggml_type type, bool in_eights);

/// What a route is chosen by.
struct shape {
    ggml_type type;
    bool in_eights;
    int64_t n_weights;
    int64_t n_rows;
};

route choose(policy policy, const shape & shape);

} // namespace corrsteer::products
