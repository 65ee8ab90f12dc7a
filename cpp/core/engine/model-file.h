#pragma once

#include <memory>
#include <optional>
#include <string>

#include "gguf.h"
#include "platform/error.h"
#include "platform/mapped-file.h"

namespace corrsteer {

struct gguf_deleter {
    void operator()(gguf_context * context) const { gguf_free(context); }
};

using gguf_ptr = std::unique_ptr<gguf_context, gguf_deleter>;

/// ERR_MODEL_LOAD
error model_load_error(const std::string & path, const std::string & reason);

/// The header of a file, refused where llama.cpp would report on its log only, assert, or not notice until the data is
/// touched: a wrong or truncated file, a token named twice. ERR_MODEL_LOAD.
gguf_ptr open_gguf(const std::string & path);

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

    bool has_key(const std::string & key) const { return gguf_find_key(header_.get(), key.c_str()) >= 0; }
    /// Empty unless there is such a text.
    std::string text(const std::string & key) const;

    std::optional<stored_matrix> find(const std::string & name) const;
    /// ERR_MODEL_LOAD if it is not there, or of a type that is no number.
    stored_matrix get(const std::string & name) const;

  private:
    std::string path_;
    gguf_ptr header_;
    mapped_file file_;
};

/// Rows [n, width] from `begin` on, as float32.
void read_rows(const stored_matrix & matrix, size_t begin, size_t n, float * out);

} // namespace corrsteer
