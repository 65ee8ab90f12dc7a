#pragma once

#include <optional>
#include <string>

#include "engine/gguf-header.h"
#include "platform/mapped-file.h"

namespace corrsteer {

/// A matrix in a GGUF file, [n_rows, width].
struct stored_matrix {
    const uint8_t * data;
    ggml_type type;
    size_t width;
    size_t n_rows;
};

/// The weights of a GGUF file as numbers, whatever their type, without a model around them.
class model_file {
  public:
    /// ERR_MODEL_LOAD
    explicit model_file(const std::string & path);

    const gguf_header & header() const { return header_; }

    std::optional<stored_matrix> find(const std::string & name) const;
    /// ERR_MODEL_LOAD if it is not there, or of a type that is no number.
    stored_matrix get(const std::string & name) const;

  private:
    gguf_header header_;
    mapped_file file_;
};

/// Rows [n, width] from `begin` on, as float32.
void read_rows(const stored_matrix & matrix, size_t begin, size_t n, float * out);

} // namespace corrsteer
