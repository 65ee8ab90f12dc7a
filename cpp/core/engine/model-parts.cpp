#include "engine/model-parts.h"

#include "llama.h"

namespace corrsteer {

namespace {

/// How many files llama.cpp looks for.
int n_parts(const gguf_header & first) {
    const int64_t id = gguf_find_key(first.get(), "split.count");
    if (id < 0 || gguf_get_kv_type(first.get(), id) != GGUF_TYPE_UINT16) return 1;
    return gguf_get_val_u16(first.get(), id);
}

/// What is in front of the part's number; empty for a name that is not a first part's, over which llama.cpp fails.
std::string prefix_of(const std::string & path, int n) {
    std::string prefix(path.size() + 1, '\0');
    const int size = llama_split_prefix(prefix.data(), prefix.size(), path.c_str(), 0, n);
    return prefix.substr(0, static_cast<size_t>(size));
}

} // namespace

std::vector<gguf_header> open_parts(const std::string & path) {
    std::vector<gguf_header> headers;
    headers.emplace_back(path);
    const int n = n_parts(headers.front());
    const std::string prefix = prefix_of(path, n);
    if (prefix.empty()) return headers;
    for (int part = 1; part < n; part++) {
        std::string name(path.size() + 16, '\0');
        const int size = llama_split_path(name.data(), name.size(), prefix.c_str(), part, n);
        headers.emplace_back(name.substr(0, static_cast<size_t>(size)));
    }
    return headers;
}

} // namespace corrsteer
