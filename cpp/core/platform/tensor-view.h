#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "platform/cancel.h"

namespace corrsteer {

/// A tensor of a mapped file, row-major, in place. `data` may be unaligned.
struct tensor_view {
    std::string name;
    /// As the file says: "F32", "BF16", "I64", ...
    std::string dtype;
    std::vector<uint64_t> shape;
    size_t n_elements;
    const uint8_t * data;
    size_t size_bytes;
};

/// Bytes of one element of a type of the safetensors format; 0 for one that it does not have.
size_t dtype_bytes(const std::string & dtype);

/// `count` elements of a F64, F32, F16 or BF16 tensor from element `begin` on. ERR_FILE_FORMAT for other types.
void read_floats(const tensor_view & tensor, size_t begin, size_t count, float * out);
/// All of its elements. ERR_CANCELLED.
void read_floats(const tensor_view & tensor, float * out, const cancel_token & cancel);
std::vector<float> read_floats(const tensor_view & tensor);

double euclidean_norm(const float * values, size_t n);
/// The Euclidean norms of its rows of `width` elements each. ERR_SHAPE_MISMATCH if there is no whole number of them.
std::vector<double> row_norms(const tensor_view & tensor, size_t width, const cancel_token & cancel);
/// Those of its columns, [width].
std::vector<double> column_norms(const tensor_view & tensor, size_t width, const cancel_token & cancel);

/// An I32 tensor, or an I64 one whose values fit. ERR_FILE_FORMAT otherwise.
std::vector<int32_t> read_int32(const tensor_view & tensor);

} // namespace corrsteer
