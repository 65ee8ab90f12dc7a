#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "platform/cancel.h"
#include "platform/mapped-file.h"

namespace corrsteer {

/// A tensor of a safetensors file, row-major, in place. `data` may be unaligned.
struct tensor_view {
    std::string name;
    /// As the file says: "F32", "BF16", "I64", ...
    std::string dtype;
    std::vector<uint64_t> shape;
    size_t n_elements;
    const uint8_t * data;
    size_t size_bytes;
};

/// A safetensors file, mapped and checked in full when opened: every view lies inside the file, has the size that its
/// shape and type say, and overlaps no other; together they fill the file without gaps.
/// Format: u64 length of the header, JSON header, data (github.com/huggingface/safetensors).
class safetensors {
  public:
    /// ERR_FILE_FORMAT if the file cannot be read or is not such a file.
    explicit safetensors(const std::string & path);

    /// In order of their place in the file.
    const std::vector<tensor_view> & tensors() const { return tensors_; }
    const std::vector<std::pair<std::string, std::string>> & metadata() const { return metadata_; }
    /// Null if there is none of that name.
    const tensor_view * find(const std::string & name) const;
    const std::string & path() const { return path_; }

  private:
    std::string path_;
    mapped_file file_;
    std::vector<tensor_view> tensors_;
    std::vector<std::pair<std::string, std::string>> metadata_;
};

/// `count` elements of a F64, F32, F16 or BF16 tensor from element `begin` on. ERR_FILE_FORMAT for other types.
void read_floats(const tensor_view & tensor, size_t begin, size_t count, float * out);
/// All of its elements. ERR_CANCELLED.
void read_floats(const tensor_view & tensor, float * out, const cancel_token & cancel);
std::vector<float> read_floats(const tensor_view & tensor);

/// The Euclidean norms of its rows of `width` elements each. ERR_SHAPE_MISMATCH if there is no whole number of them.
std::vector<double> row_norms(const tensor_view & tensor, size_t width, const cancel_token & cancel);

/// An I32 tensor, or an I64 one whose values fit. ERR_FILE_FORMAT otherwise.
std::vector<int32_t> read_int32(const tensor_view & tensor);

} // namespace corrsteer
