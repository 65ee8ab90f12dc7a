#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "platform/mapped-file.h"
#include "platform/tensor-view.h"

namespace corrsteer {

/// Where a file is said to keep a tensor: lib/native/tensor-place.ts says what the members mean. Nothing of it is
/// trusted.
struct tensor_place {
    std::string name;
    std::string dtype;
    std::vector<uint64_t> shape;
    uint64_t offset = 0;
    std::string path;
};

/// The tensor in its file, which outlives the view. ERR_FILE_FORMAT if the file is too short, or the type unknown.
tensor_view view_of(const tensor_place & place, const mapped_file & file);

/// A tensor that holds its file.
class placed_tensor {
  public:
    /// ERR_FILE_FORMAT, also if the file cannot be read.
    explicit placed_tensor(const tensor_place & place) : file_(place.path), view_(view_of(place, file_)) {}

    const tensor_view & view() const { return view_; }

  private:
    mapped_file file_;
    tensor_view view_;
};

} // namespace corrsteer
