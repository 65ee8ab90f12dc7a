#include "platform/safetensors.h"

#include <algorithm>

#include "platform/error.h"
#include "platform/json.h"

namespace corrsteer {

namespace {

constexpr size_t length_bytes = 8;
/// The limit of the format's own library.
constexpr uint64_t max_header_bytes = 100'000'000;

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

} // namespace corrsteer
