#include "engine/vocabulary-check.h"

#include <bitset>
#include <unordered_set>

namespace corrsteer {

namespace {

const std::string key_model = "tokenizer.ggml.model";
const std::string key_tokens = "tokenizer.ggml.tokens";

/// llama.cpp asserts that no token is named twice; those without a name it gives one by their number.
void check_names(const gguf_header & header, const std::vector<std::string_view> & tokens) {
    std::unordered_set<std::string> names;
    for (size_t i = 0; i < tokens.size(); i++) {
        const std::string name = tokens[i].empty() ? "[EMPTY_" + std::to_string(i) + "]" : std::string(tokens[i]);
        if (!names.insert(name).second) header.fail(key_tokens, "different tokens", "\"" + name + "\" twice");
    }
}

/// Its pieces of text are asked for while it is loaded, and those of a WordPiece vocabulary's bytes are asserted not to
/// be.
void check_byte_tokens(const gguf_header & header) {
    const std::string key = "tokenizer.ggml.token_type";
    for (const uint32_t type : header.numbers(key)) {
        if (type == LLAMA_TOKEN_TYPE_BYTE) header.fail(key, "no byte tokens in a \"bert\" vocabulary", "one");
    }
}

struct escaped_byte {
    uint8_t byte = 0;
    size_t length = 0; ///< of what stands for it
};

/// The first byte of an RWKV token, which is written as "\n", "\xff" or itself.
escaped_byte first_byte(std::string_view token) {
    if (token.size() < 2 || token[0] != '\\') return {static_cast<uint8_t>(token[0]), 1};
    if (token[1] == 'x' && token.size() >= 4) {
        const auto digit = [&](size_t i) { return token[i] >= 'a' ? token[i] - 'a' + 10 : token[i] - '0'; };
        return {static_cast<uint8_t>(digit(2) * 16 + digit(3)), 4};
    }
    switch (token[1]) {
    case 't': return {'\t', 2};
    case 'n': return {'\n', 2};
    case 'r': return {'\r', 2};
    default: return {static_cast<uint8_t>(token[1]), 2};
    }
}

/// The longest match is what an RWKV vocabulary's tokens are found by: from a byte at which tokens begin, but which is
/// none itself, the search does not get on.
void check_single_bytes(const gguf_header & header, const std::vector<std::string_view> & tokens) {
    std::bitset<256> begins;
    std::bitset<256> alone;
    for (const auto token : tokens) {
        if (token.empty()) continue;
        const auto [byte, length] = first_byte(token);
        begins.set(byte);
        if (length == token.size()) alone.set(byte);
    }
    if ((begins & ~alone).any()) {
        header.fail(key_tokens, "a token for each byte at which others begin", "none for some");
    }
}

} // namespace

void check_vocabulary(const gguf_header & header) {
    const std::string model = header.text(key_model);
    if (model == "none" || model == "no_vocab") header.fail(key_model, "a vocabulary", "\"" + model + "\"");
    const auto tokens = header.texts(key_tokens);
    check_names(header, tokens);
    if (model == "bert") check_byte_tokens(header);
    if (model == "rwkv") check_single_bytes(header, tokens);
}

void check_special_tokens(const gguf_header & header, const llama_vocab & vocab) {
    const bool is_word_piece = llama_vocab_type(&vocab) == LLAMA_VOCAB_TYPE_WPM;
    const auto require = [&](const char * name, llama_token token) {
        if (token == LLAMA_TOKEN_NULL) {
            header.fail(std::string("tokenizer.ggml.") + name + "_token_id", "the token that is added to each text",
                        "none");
        }
    };
    if (is_word_piece || llama_vocab_get_add_bos(&vocab)) require("bos", llama_vocab_bos(&vocab));
    if (is_word_piece) require("seperator", llama_vocab_sep(&vocab));
    if (!is_word_piece && llama_vocab_get_add_eos(&vocab)) require("eos", llama_vocab_eos(&vocab));
}

} // namespace corrsteer
