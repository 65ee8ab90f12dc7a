#pragma once

#include <cstddef>
#include <cstdint>

namespace corrsteer::training {

/// Rows are padded with zeros to a multiple of so many values.
constexpr size_t row_multiple = 16;

constexpr size_t padded_width(int n) {
    return (static_cast<size_t>(n) + row_multiple - 1) / row_multiple * row_multiple;
}

/// Some rows of a matrix [n][width].
struct picked_rows {
    const float * matrix;
    size_t width;
    const uint32_t * rows;
    size_t count;
};

/// One step of Adam (Kingma and Ba, arXiv 1412.6980, algorithm 1), its bias corrections folded into rate and root:
/// m = b1 m + (1 - b1) g, v = b2 v + (1 - b2) g^2, w -= rate m / (root sqrt(v) + epsilon), g = scale gradient
struct adam_step {
    float scale;
    float first_decay;  ///< b1
    float second_decay; ///< b2
    float rate;         ///< learning rate / (1 - b1^t)
    float root;         ///< 1 / sqrt(1 - b2^t)
    float epsilon;
};

/// What a step of training does to rows, on the calling thread. Sums are in the same order whatever the processor.
struct row_kernel {
    /// out[i] = sum over j of factors[j] * row j[i]
    void (*sum)(const picked_rows & rows, const float * factors, float * out);
    /// out[j] = sum over i of row j[i] * vector[i]
    void (*dots)(const picked_rows & rows, const float * vector, float * out);
    /// The sum of the squares of a whole number of rows' values.
    float (*squares)(const float * values, size_t n);
    /// The i, ascending, of which (values[i] + offsets[i]) * factors[i] > cutoff, and those products. Returns how many.
    size_t (*find_above)(const float * values, const float * offsets, const float * factors, size_t n, float cutoff,
                         uint32_t * indices, float * products);
    void (*adam)(const adam_step & step, const float * gradient, size_t n, float * weights, float * first,
                 float * second);
};

/// For the instructions that this processor has.
const row_kernel & find_row_kernel();

// Null where this build is for another processor.
const row_kernel * row_kernel_avx2();
const row_kernel * row_kernel_avx512();

} // namespace corrsteer::training
