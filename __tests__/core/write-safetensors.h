#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "ggml.h"

/// Makes safetensors files, good and bad ones.
namespace fixture {

struct tensor {
    std::string name;
    std::string dtype;
    std::vector<uint64_t> shape;
    std::string bytes;
};

/// A file of this test run that goes away with it.
class file {
  public:
    explicit file(const std::string & bytes) {
        const auto name = "corrsteer-test-" + std::to_string(std::random_device()());
        const auto path = std::filesystem::temp_directory_path() / name;
        std::ofstream(path, std::ios::binary) << bytes;
        path_ = path.u8string();
    }
    ~file() { std::filesystem::remove(std::filesystem::u8path(path_)); }
    file(const file &) = delete;
    file & operator=(const file &) = delete;
    const std::string & path() const { return path_; }

  private:
    std::string path_;
};

inline std::string with_header(const std::string & header, const std::string & data) {
    std::string bytes;
    for (int i = 0; i < 8; i++) bytes += static_cast<char>(header.size() >> (8 * i) & 0xFF);
    return bytes + header + data;
}

inline std::string safetensors_bytes(const std::vector<tensor> & tensors) {
    std::string header = "{\"__metadata__\":{\"format\":\"pt\"}";
    std::string data;
    for (const auto & tensor : tensors) {
        std::string shape;
        for (const uint64_t extent : tensor.shape) shape += (shape.empty() ? "" : ",") + std::to_string(extent);
        header += ",\"" + tensor.name + "\":{\"dtype\":\"" + tensor.dtype + "\",\"shape\":[" + shape +
                  "],\"data_offsets\":[" + std::to_string(data.size()) + "," +
                  std::to_string(data.size() + tensor.bytes.size()) + "]}";
        data += tensor.bytes;
    }
    return with_header(header + "}", data);
}

template <typename stored>
std::string bytes_of(const std::vector<stored> & values) {
    return {reinterpret_cast<const char *>(values.data()), values.size() * sizeof(stored)};
}

/// `values` stored as F32, F16 or BF16.
inline tensor float_tensor(const std::string & name, const std::string & dtype, std::vector<uint64_t> shape,
                           const std::vector<float> & values) {
    const auto n = static_cast<int64_t>(values.size());
    if (dtype == "F16") {
        std::vector<ggml_fp16_t> stored(values.size());
        ggml_fp32_to_fp16_row(values.data(), stored.data(), n);
        return {name, dtype, std::move(shape), bytes_of(stored)};
    }
    if (dtype == "BF16") {
        std::vector<ggml_bf16_t> stored(values.size());
        ggml_fp32_to_bf16_row(values.data(), stored.data(), n);
        return {name, dtype, std::move(shape), bytes_of(stored)};
    }
    return {name, dtype, std::move(shape), bytes_of(values)};
}

} // namespace fixture
