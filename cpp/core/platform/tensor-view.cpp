#include "platform/tensor-view.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <string_view>
#include <utility>

#include "ggml.h"
#include "platform/error.h"

namespace corrsteer {

namespace {

template <typename stored>
stored element(const tensor_view & tensor, size_t i) {
    stored value;
    std::memcpy(&value, tensor.data + i * sizeof(stored), sizeof(stored));
    return value;
}

/// Converts by ggml's rows, which want aligned input: a few elements at a time, copied.
template <typename stored>
void convert(const tensor_view & tensor, size_t begin, size_t count, float * out,
             void (*to_floats)(const stored *, float *, int64_t)) {
    std::array<stored, 256> aligned;
    for (size_t done = 0; done < count; done += aligned.size()) {
        const size_t n = std::min(aligned.size(), count - done);
        std::memcpy(aligned.data(), tensor.data + (begin + done) * sizeof(stored), n * sizeof(stored));
        to_floats(aligned.data(), out + done, static_cast<int64_t>(n));
    }
}

[[noreturn]] void wrong_type(const tensor_view & tensor, const std::string & expected) {
    throw error("ERR_FILE_FORMAT", "tensor " + tensor.name + ": expected " + expected + ", got " + tensor.dtype,
                {{"tensor", tensor.name}, {"actual", tensor.dtype}});
}

template <typename function>
void for_rows(const tensor_view & tensor, size_t width, const cancel_token & cancel, function use) {
    if (width == 0 || tensor.n_elements % width != 0) {
        throw error("ERR_SHAPE_MISMATCH", "tensor " + tensor.name + ": expected rows of " + std::to_string(width) +
                                              " elements, got " + std::to_string(tensor.n_elements) + " in all");
    }
    std::vector<float> row(width);
    for (size_t begin = 0; begin < tensor.n_elements; begin += width) {
        cancel.check("reading a tensor");
        read_floats(tensor, begin, width, row.data());
        use(row);
    }
}

} // namespace

size_t dtype_bytes(const std::string & dtype) {
    static const std::pair<std::string_view, size_t> known[] = {
        {"BOOL", 1}, {"U8", 1},  {"I8", 1},  {"F8_E5M2", 1}, {"F8_E4M3", 1}, {"U16", 2}, {"I16", 2}, {"F16", 2},
        {"BF16", 2}, {"U32", 4}, {"I32", 4}, {"F32", 4},     {"U64", 8},     {"I64", 8}, {"F64", 8},
    };
    for (const auto & [name, bytes] : known) {
        if (name == dtype) return bytes;
    }
    return 0;
}

void read_floats(const tensor_view & tensor, size_t begin, size_t count, float * out) {
    if (begin > tensor.n_elements || count > tensor.n_elements - begin) {
        throw error("ERR_INTERNAL", "read outside tensor " + tensor.name);
    }
    if (tensor.dtype == "F32") {
        if (count > 0) std::memcpy(out, tensor.data + begin * sizeof(float), count * sizeof(float));
    } else if (tensor.dtype == "F16") {
        convert<ggml_fp16_t>(tensor, begin, count, out, ggml_fp16_to_fp32_row);
    } else if (tensor.dtype == "BF16") {
        convert<ggml_bf16_t>(tensor, begin, count, out, ggml_bf16_to_fp32_row);
    } else if (tensor.dtype == "F64") {
        for (size_t i = 0; i < count; i++) out[i] = static_cast<float>(element<double>(tensor, begin + i));
    } else {
        wrong_type(tensor, "F64, F32, F16 or BF16");
    }
}

void read_floats(const tensor_view & tensor, float * out, const cancel_token & cancel) {
    constexpr size_t at_once = 1 << 20;
    for (size_t begin = 0; begin < tensor.n_elements; begin += at_once) {
        cancel.check("reading a tensor");
        read_floats(tensor, begin, std::min(at_once, tensor.n_elements - begin), out + begin);
    }
}

std::vector<float> read_floats(const tensor_view & tensor) {
    std::vector<float> values(tensor.n_elements);
    read_floats(tensor, values.data(), never_cancelled);
    return values;
}

double euclidean_norm(const float * values, size_t n) {
    double squares = 0;
    for (size_t i = 0; i < n; i++) squares += static_cast<double>(values[i]) * values[i];
    return std::sqrt(squares);
}

std::vector<double> row_norms(const tensor_view & tensor, size_t width, const cancel_token & cancel) {
    std::vector<double> norms;
    for_rows(tensor, width, cancel,
             [&](const std::vector<float> & row) { norms.push_back(euclidean_norm(row.data(), width)); });
    return norms;
}

std::vector<double> column_norms(const tensor_view & tensor, size_t width, const cancel_token & cancel) {
    std::vector<double> norms(width);
    for_rows(tensor, width, cancel, [&](const std::vector<float> & row) {
        for (size_t j = 0; j < width; j++) norms[j] += static_cast<double>(row[j]) * row[j];
    });
    for (double & norm : norms) norm = std::sqrt(norm);
    return norms;
}

std::vector<int32_t> read_int32(const tensor_view & tensor) {
    std::vector<int32_t> values(tensor.n_elements);
    for (size_t i = 0; i < values.size(); i++) {
        if (tensor.dtype == "I32") {
            values[i] = element<int32_t>(tensor, i);
        } else if (tensor.dtype == "I64") {
            const auto value = element<int64_t>(tensor, i);
            values[i] = static_cast<int32_t>(value);
            if (values[i] != value) wrong_type(tensor, "values that fit 32 bits");
        } else {
            wrong_type(tensor, "I32 or I64");
        }
    }
    return values;
}

} // namespace corrsteer
