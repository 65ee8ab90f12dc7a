#include "engine/model-file.h"

#include <cstring>

namespace corrsteer {

namespace {

/// Null for float32, which needs none, and for what is no number.
ggml_to_float_t converter(ggml_type type) {
    return ggml_get_type_traits(type)->to_float;
}

} // namespace

model_file::model_file(const std::string & path) : header_(path), file_(path) {}

std::optional<stored_matrix> model_file::find(const std::string & name) const {
    const int64_t id = gguf_find_tensor(header_.get(), name.c_str());
    if (id < 0) return std::nullopt;
    const ggml_type type = gguf_get_tensor_type(header_.get(), id);
    const int64_t * ne = gguf_get_tensor_ne(header_.get(), id); // reversed: the row's width first
    if (type != GGML_TYPE_F32 && !converter(type))
        throw model_load_error(header_.path(), "tensor " + name + " is of type " + ggml_type_name(type));
    return stored_matrix{file_.data() + gguf_get_data_offset(header_.get()) + gguf_get_tensor_offset(header_.get(), id),
                         type, static_cast<size_t>(ne[0]), static_cast<size_t>(ne[1] * ne[2] * ne[3])};
}

stored_matrix model_file::get(const std::string & name) const {
    if (const auto found = find(name)) return *found;
    throw model_load_error(header_.path(), "it has no tensor " + name);
}

void read_rows(const stored_matrix & matrix, size_t begin, size_t n, float * out) {
    const size_t row_bytes = ggml_row_size(matrix.type, static_cast<int64_t>(matrix.width));
    const uint8_t * rows = matrix.data + begin * row_bytes;
    if (matrix.type == GGML_TYPE_F32) {
        std::memcpy(out, rows, n * row_bytes);
    } else {
        converter(matrix.type)(rows, out, static_cast<int64_t>(n * matrix.width));
    }
}

} // namespace corrsteer
