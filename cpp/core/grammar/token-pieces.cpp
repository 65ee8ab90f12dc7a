#include "grammar/token-pieces.h"

#include <algorithm>

namespace corrsteer {

namespace {

size_t common_bytes(const std::string & a, const std::string & b) {
    const auto n = static_cast<std::ptrdiff_t>(std::min(a.size(), b.size()));
    return static_cast<size_t>(std::mismatch(a.begin(), a.begin() + n, b.begin()).first - a.begin());
}

} // namespace

token_pieces::token_pieces(int n_vocab, std::vector<llama_token> ends,
                           const std::function<std::string(llama_token)> & text)
    : ends_(std::move(ends)), place_(static_cast<size_t>(n_vocab), -1) {
    for (llama_token token = 0; token < n_vocab; token++) {
        if (is_end(token)) continue;
        std::string bytes = text(token);
        if (!bytes.empty()) pieces_.push_back({token, std::move(bytes), 0});
    }
    std::sort(pieces_.begin(), pieces_.end(), [](const auto & a, const auto & b) { return a.bytes < b.bytes; });
    for (size_t i = 0; i < pieces_.size(); i++) {
        place_[static_cast<size_t>(pieces_[i].token)] = static_cast<int>(i);
        if (i > 0) pieces_[i].n_shared = common_bytes(pieces_[i - 1].bytes, pieces_[i].bytes);
    }
}

const std::string & token_pieces::bytes(llama_token token) const {
    static const std::string none;
    const int place = place_[static_cast<size_t>(token)];
    return place < 0 ? none : pieces_[static_cast<size_t>(place)].bytes;
}

bool token_pieces::is_end(llama_token token) const {
    return std::find(ends_.begin(), ends_.end(), token) != ends_.end();
}

} // namespace corrsteer
