#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gguf.h"
#include "platform/error.h"

namespace corrsteer {

struct gguf_deleter {
    void operator()(gguf_context * context) const { gguf_free(context); }
};

using gguf_ptr = std::unique_ptr<gguf_context, gguf_deleter>;

/// ERR_MODEL_LOAD
error model_load_error(const std::string & path, const std::string & reason);

/// The header of a GGUF file, refused where llama.cpp would report on its log only, or assert.
class gguf_header {
  public:
    /// `path` is UTF-8. ERR_MODEL_LOAD for a file that is none, or damaged or truncated.
    explicit gguf_header(const std::string & path);

    const std::string & path() const { return path_; }
    const gguf_context * get() const { return context_.get(); }
    const std::string & architecture() const { return architecture_; }

    bool has(const std::string & key) const { return gguf_find_key(get(), key.c_str()) >= 0; }
    /// Empty unless there is such a text.
    std::string text(const std::string & key) const;
    /// An unsigned number of 32 bits, or all of an array of them; empty for anything else, which llama.cpp does not
    /// take for numbers either.
    std::vector<uint32_t> numbers(const std::string & key) const;
    std::optional<uint32_t> number(const std::string & key) const;
    std::optional<float> real(const std::string & key) const;
    /// The texts of an array, as llama.cpp reads them: up to a zero byte. They live as long as the header.
    std::vector<std::string_view> texts(const std::string & key) const;

    /// The name of an architecture's own key: "block_count" is "llama.block_count".
    std::string own(const std::string & name) const { return architecture_ + "." + name; }

    /// ERR_MODEL_LOAD: "<key>: expected <expected>, found <found>".
    [[noreturn]] void fail(const std::string & key, const std::string & expected, const std::string & found) const;

  private:
    void check_data(uint64_t file_bytes) const;

    std::string path_;
    gguf_ptr context_;
    std::string architecture_;
};

} // namespace corrsteer
