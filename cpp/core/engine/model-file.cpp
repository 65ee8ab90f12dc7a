#include "engine/model-file.h"

#include <cstring>
#include <fstream>
#include <string_view>
#include <unordered_set>

#include "platform/backend.h"

namespace corrsteer {

namespace {

/// llama.cpp asserts that no token is named twice.
void check_vocabulary(const gguf_context & gguf, const std::string & path) {
    const int64_t key = gguf_find_key(&gguf, "tokenizer.ggml.tokens");
    if (key < 0 || gguf_get_kv_type(&gguf, key) != GGUF_TYPE_ARRAY || gguf_get_arr_type(&gguf, key) != GGUF_TYPE_STRING)
        return;
    std::unordered_set<std::string_view> tokens;
    for (size_t i = 0; i < gguf_get_arr_n(&gguf, key); i++) {
        const char * token = gguf_get_arr_str(&gguf, key, i);
        if (!tokens.insert(token).second)
            throw model_load_error(path, std::string("the vocabulary has \"") + token + "\" twice");
    }
}

/// Null for float32, which needs none, and for what is no number.
ggml_to_float_t converter(ggml_type type) {
    return ggml_get_type_traits(type)->to_float;
}

} // namespace

error model_load_error(const std::string & path, const std::string & reason) {
    return error("ERR_MODEL_LOAD", path + ": " + reason, {{"path", path}, {"reason", reason}});
}

gguf_ptr open_gguf(const std::string & path) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file) throw model_load_error(path, "can't be opened");
    const auto size = static_cast<uint64_t>(file.tellg());
    char magic[4] = {};
    file.seekg(0);
    if (!file.read(magic, sizeof magic) || std::string(magic, sizeof magic) != "GGUF")
        throw model_load_error(path, "not a GGUF file");
    clear_logged_errors();
    gguf_ptr gguf(gguf_init_from_file(path.c_str(), {true, nullptr}));
    if (!gguf) throw model_load_error(path, "its header is damaged or truncated. " + logged_errors());
    check_vocabulary(*gguf, path);
    const uint64_t data = gguf_get_data_offset(gguf.get());
    for (int64_t i = 0; i < gguf_get_n_tensors(gguf.get()); i++) {
        const uint64_t end = data + gguf_get_tensor_offset(gguf.get(), i) + gguf_get_tensor_size(gguf.get(), i);
        if (end <= size) continue;
        throw model_load_error(path, std::string("truncated: tensor ") + gguf_get_tensor_name(gguf.get(), i) +
                                         " ends at byte " + std::to_string(end) + " of " + std::to_string(size));
    }
    return gguf;
}

model_file::model_file(const std::string & path) : path_(path), header_(open_gguf(path)), file_(path) {}

std::string model_file::text(const std::string & key) const {
    const int64_t id = gguf_find_key(header_.get(), key.c_str());
    if (id < 0 || gguf_get_kv_type(header_.get(), id) != GGUF_TYPE_STRING) return "";
    return gguf_get_val_str(header_.get(), id);
}

std::optional<stored_matrix> model_file::find(const std::string & name) const {
    const int64_t id = gguf_find_tensor(header_.get(), name.c_str());
    if (id < 0) return std::nullopt;
    const ggml_type type = gguf_get_tensor_type(header_.get(), id);
    const int64_t * ne = gguf_get_tensor_ne(header_.get(), id); // reversed: the row's width first
    if (type != GGML_TYPE_F32 && !converter(type))
        throw model_load_error(path_, "tensor " + name + " is of type " + ggml_type_name(type));
    return stored_matrix{file_.data() + gguf_get_data_offset(header_.get()) + gguf_get_tensor_offset(header_.get(), id),
                         type, static_cast<size_t>(ne[0]), static_cast<size_t>(ne[1] * ne[2] * ne[3])};
}

stored_matrix model_file::get(const std::string & name) const {
    if (const auto found = find(name)) return *found;
    throw model_load_error(path_, "it has no tensor " + name);
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
