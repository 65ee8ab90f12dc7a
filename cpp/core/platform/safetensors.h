#pragma once

#include <string>
#include <utility>
#include <vector>

#include "platform/mapped-file.h"
#include "platform/tensor-view.h"

namespace corrsteer {

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
    /// Bytes of a tensor from the beginning of the file.
    uint64_t offset_of(const tensor_view & tensor) const { return static_cast<uint64_t>(tensor.data - file_.data()); }

  private:
    std::string path_;
    mapped_file file_;
    std::vector<tensor_view> tensors_;
    std::vector<std::pair<std::string, std::string>> metadata_;
};

} // namespace corrsteer
