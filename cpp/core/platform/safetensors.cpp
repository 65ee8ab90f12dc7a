#include "platform/safetensors.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <string_view>

#include "ggml.h"
#include "platform/error.h"
#include "platform/json.h"

namespace corrsteer {

namespace {

constexpr size_t length_bytes = 8;
/// The limit of the format's own library.
constexpr uint64_t max_header_bytes = 100'000'000;

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

/// Reads one header: where every complaint names the file.
class header_reader {
  public:
    header_reader(const std::string & path, const mapped_file & file) : path_(path), file_(file) {}

    json::object header() {
        if (file_.size() < length_bytes) fail("shorter than a header");
        uint64_t length = 0;
        for (size_t i = 0; i < length_bytes; i++) length |= static_cast<uint64_t>(file_.data()[i]) << (8 * i);
        if (length > max_header_bytes) fail("header of " + std::to_string(length) + " bytes, more than 100 MB");
        if (length > file_.size() - length_bytes) fail("header longer than the file");
        data_ = file_.data() + length_bytes + length;
        data_bytes_ = file_.size() - length_bytes - static_cast<size_t>(length);
        try {
            json::value root = json::parse({reinterpret_cast<const char *>(file_.data()) + length_bytes, length});
            if (auto * members = std::get_if<json::object>(&root)) return std::move(*members);
        } catch (const error & e) {
            fail(e.what());
        }
        fail("header is not an object");
    }

    std::pair<std::string, std::string> metadata(const std::string & name, const json::value & value) const {
        if (const auto * text = std::get_if<std::string>(&value)) return {name, *text};
        fail("__metadata__." + name + " is not a string");
    }

    const json::object & object(const std::string & name, const json::value & value) const {
        if (const auto * members = std::get_if<json::object>(&value)) return *members;
        fail(name + " is not an object");
    }

    tensor_view tensor(const std::string & name, const json::value & value) const {
        tensor_view view{name, "", {}, 1, nullptr, 0};
        std::vector<uint64_t> offsets;
        for (const auto & [key, member] : object(name, value)) {
            if (key == "dtype" && std::holds_alternative<std::string>(member))
                view.dtype = std::get<std::string>(member);
            else if (key == "shape")
                view.shape = integers(name, member);
            else if (key == "data_offsets")
                offsets = integers(name, member);
            else
                fail("tensor " + name + " has an unknown or wrong member " + key);
        }
        const size_t element_bytes = dtype_bytes(view.dtype);
        if (element_bytes == 0) fail("tensor " + name + " has the unknown dtype \"" + view.dtype + "\"");
        if (offsets.size() != 2 || offsets[0] > offsets[1] || offsets[1] > data_bytes_) {
            fail("tensor " + name + " has data_offsets outside the file");
        }
        if (offsets[0] % element_bytes != 0) fail("tensor " + name + " is not aligned to its elements");
        view.data = data_ + offsets[0];
        view.size_bytes = static_cast<size_t>(offsets[1] - offsets[0]);
        view.n_elements = view.size_bytes / element_bytes;
        if (!fills(view, element_bytes)) fail("tensor " + name + " has a shape that does not match its data_offsets");
        return view;
    }

    /// `tensors` in order of place.
    void check_cover(const std::vector<tensor_view> & tensors) const {
        const uint8_t * end = data_;
        for (const auto & tensor : tensors) {
            if (tensor.data != end) fail("tensor " + tensor.name + " overlaps another or leaves a gap");
            end += tensor.size_bytes;
        }
        if (end != data_ + data_bytes_) fail("bytes after the last tensor");
    }

  private:
    [[noreturn]] void fail(const std::string & reason) const {
        throw error("ERR_FILE_FORMAT", path_ + " is not a safetensors file: " + reason,
                    {{"path", path_}, {"reason", reason}});
    }

    std::vector<uint64_t> integers(const std::string & name, const json::value & value) const {
        const auto * items = std::get_if<json::array>(&value);
        if (!items) fail("tensor " + name + " has a shape or data_offsets that is not an array");
        std::vector<uint64_t> result;
        for (const auto & item : *items) {
            const auto * number = std::get_if<json::number>(&item);
            const auto integer = number ? number->as_uint64() : std::nullopt;
            if (!integer) fail("tensor " + name + " has a size or offset that is not a whole number");
            result.push_back(*integer);
        }
        return result;
    }

    /// Whether the product of the shape is the size, computed so that it cannot overflow.
    static bool fills(const tensor_view & view, size_t element_bytes) {
        if (view.size_bytes % element_bytes != 0) return false;
        if (std::find(view.shape.begin(), view.shape.end(), 0u) != view.shape.end()) return view.size_bytes == 0;
        uint64_t left = view.n_elements;
        for (const uint64_t extent : view.shape) {
            if (left % extent != 0) return false;
            left /= extent;
        }
        return left == 1;
    }

    const std::string & path_;
    const mapped_file & file_;
    const uint8_t * data_ = nullptr;
    size_t data_bytes_ = 0;
};

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

} // namespace

safetensors::safetensors(const std::string & path) : path_(path), file_(path) {
    header_reader reader(path_, file_);
    for (const auto & [name, value] : reader.header()) {
        if (name != "__metadata__") {
            tensors_.push_back(reader.tensor(name, value));
            continue;
        }
        for (const auto & [key, text] : reader.object(name, value)) metadata_.push_back(reader.metadata(key, text));
    }
    std::sort(tensors_.begin(), tensors_.end(), [](const tensor_view & a, const tensor_view & b) {
        return std::pair(a.data, a.size_bytes) < std::pair(b.data, b.size_bytes); // empty ones first
    });
    reader.check_cover(tensors_);
}

const tensor_view * safetensors::find(const std::string & name) const {
    const auto found = std::find_if(tensors_.begin(), tensors_.end(), [&](const auto & t) { return t.name == name; });
    return found == tensors_.end() ? nullptr : &*found;
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

std::vector<double> row_norms(const tensor_view & tensor, size_t width, const cancel_token & cancel) {
    if (width == 0 || tensor.n_elements % width != 0) {
        throw error("ERR_SHAPE_MISMATCH", "tensor " + tensor.name + ": expected rows of " + std::to_string(width) +
                                              " elements, got " + std::to_string(tensor.n_elements) + " in all");
    }
    std::vector<double> norms(tensor.n_elements / width);
    std::vector<float> row(width);
    for (size_t i = 0; i < norms.size(); i++) {
        cancel.check("reading a tensor");
        read_floats(tensor, i * width, width, row.data());
        double squares = 0;
        for (const double x : row) squares += x * x;
        norms[i] = std::sqrt(squares);
    }
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
