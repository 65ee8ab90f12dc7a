#include "engine/gguf-header.h"

#include <cstring>

#include "platform/log.h"
#include "platform/mapped-file.h"

namespace corrsteer {

namespace {

/// What ggml's CPU backend asserts of the address of a tensor's data (ggml-backend.cpp, TENSOR_ALIGNMENT), and so of
/// its place in a mapped file.
constexpr uint64_t data_alignment = 32;

mapped_file map_file(const std::string & path) {
    try {
        return mapped_file(path);
    } catch (const error & e) {
        throw model_load_error(path, std::get<std::string>(e.details.back().value));
    }
}

/// The file's size, if it begins as GGUF files do: ggml says of others no more than that they fail.
uint64_t gguf_bytes(const std::string & path) {
    const mapped_file file = map_file(path);
    if (file.size() < 4 || std::memcmp(file.data(), "GGUF", 4) != 0) throw model_load_error(path, "not a GGUF file");
    return file.size();
}

} // namespace

error model_load_error(const std::string & path, const std::string & reason) {
    return error("ERR_MODEL_LOAD", path + ": " + reason, {{"path", path}, {"reason", reason}});
}

gguf_header::gguf_header(const std::string & path) : path_(path) {
    const uint64_t bytes = gguf_bytes(path);
    const log_scope log;
    context_.reset(gguf_init_from_file(path.c_str(), {true, nullptr})); // its paths are UTF-8
    if (!context_) throw model_load_error(path, "its header is damaged or truncated. " + log.errors());
    architecture_ = text("general.architecture");
    check_data(bytes);
}

void gguf_header::check_data(uint64_t file_bytes) const {
    const uint64_t data = gguf_get_data_offset(get());
    for (int64_t i = 0; i < gguf_get_n_tensors(get()); i++) {
        const std::string name = gguf_get_tensor_name(get(), i);
        const uint64_t offset = gguf_get_tensor_offset(get(), i);
        const uint64_t size = gguf_get_tensor_size(get(), i);
        if (size == 0) fail("tensor " + name, "elements", "none");
        if (offset > file_bytes - data || size > file_bytes - data - offset) {
            throw model_load_error(path_, "truncated: tensor " + name + " of " + std::to_string(size) +
                                              " bytes does not fit into a file of " + std::to_string(file_bytes));
        }
        const uint64_t begin = data + offset;
        if (begin % data_alignment != 0) {
            fail("tensor " + name, "data at a multiple of " + std::to_string(data_alignment) + " bytes",
                 "byte " + std::to_string(begin));
        }
    }
}

std::string gguf_header::text(const std::string & key) const {
    const int64_t id = gguf_find_key(get(), key.c_str());
    if (id < 0 || gguf_get_kv_type(get(), id) != GGUF_TYPE_STRING) return "";
    return gguf_get_val_str(get(), id);
}

std::vector<uint32_t> gguf_header::numbers(const std::string & key) const {
    const int64_t id = gguf_find_key(get(), key.c_str());
    if (id < 0) return {};
    if (gguf_get_kv_type(get(), id) == GGUF_TYPE_UINT32) return {gguf_get_val_u32(get(), id)};
    if (gguf_get_kv_type(get(), id) != GGUF_TYPE_ARRAY) return {};
    const gguf_type type = gguf_get_arr_type(get(), id);
    const size_t n = gguf_get_arr_n(get(), id);
    if (type == GGUF_TYPE_UINT32 || type == GGUF_TYPE_INT32) {
        const auto * values = static_cast<const uint32_t *>(gguf_get_arr_data(get(), id));
        return {values, values + n};
    }
    if (type != GGUF_TYPE_BOOL) return {};
    const auto * values = static_cast<const int8_t *>(gguf_get_arr_data(get(), id));
    return {values, values + n};
}

std::optional<uint32_t> gguf_header::number(const std::string & key) const {
    const int64_t id = gguf_find_key(get(), key.c_str());
    if (id < 0 || gguf_get_kv_type(get(), id) != GGUF_TYPE_UINT32) return std::nullopt;
    return gguf_get_val_u32(get(), id);
}

std::optional<float> gguf_header::real(const std::string & key) const {
    const int64_t id = gguf_find_key(get(), key.c_str());
    if (id < 0 || gguf_get_kv_type(get(), id) != GGUF_TYPE_FLOAT32) return std::nullopt;
    return gguf_get_val_f32(get(), id);
}

std::vector<std::string_view> gguf_header::texts(const std::string & key) const {
    const int64_t id = gguf_find_key(get(), key.c_str());
    std::vector<std::string_view> texts;
    if (id < 0 || gguf_get_kv_type(get(), id) != GGUF_TYPE_ARRAY || gguf_get_arr_type(get(), id) != GGUF_TYPE_STRING) {
        return texts;
    }
    for (size_t i = 0; i < gguf_get_arr_n(get(), id); i++) texts.emplace_back(gguf_get_arr_str(get(), id, i));
    return texts;
}

void gguf_header::fail(const std::string & key, const std::string & expected, const std::string & found) const {
    throw model_load_error(path_, key + ": expected " + expected + ", found " + found);
}

} // namespace corrsteer
