#include "grammar/token-grammar.h"

#include "platform/error.h"

namespace corrsteer {

token_grammar::token_grammar(std::shared_ptr<const grammar> rules, std::shared_ptr<const token_pieces> pieces)
    : matcher_(std::move(rules)), pieces_(std::move(pieces)) {}

bool token_grammar::allows(llama_token token) {
    if (pieces_->is_end(token)) return matcher_.may_end();
    const std::string & bytes = pieces_->bytes(token);
    const grammar_matcher::moment before = matcher_.now();
    bool allowed = !bytes.empty();
    for (size_t i = 0; i < bytes.size() && allowed; i++) allowed = matcher_.feed(bytes[i]);
    matcher_.go_back(before);
    return allowed;
}

std::vector<llama_token> token_grammar::allowed(const std::vector<llama_token> & among) {
    std::vector<llama_token> tokens;
    if (among.empty()) {
        tokens = allowed_pieces();
        if (matcher_.may_end()) tokens.insert(tokens.end(), pieces_->ends().begin(), pieces_->ends().end());
    }
    for (const llama_token token : among) {
        if (allows(token)) tokens.push_back(token);
    }
    if (tokens.empty()) {
        throw error("ERR_GRAMMAR", among.empty() ? "no token of the vocabulary goes on as the grammar asks"
                                                 : "the grammar allows none of the allowed first tokens");
    }
    return tokens;
}

/// Pieces that begin alike are read once; of those that begin with what was refused, nothing is.
std::vector<llama_token> token_grammar::allowed_pieces() {
    std::vector<llama_token> tokens;
    std::vector<grammar_matcher::moment> after = {matcher_.now()}; // the bytes of a piece that were not refused
    bool refused = false;
    for (const auto & [token, bytes, n_shared] : pieces_->all()) {
        if (refused && n_shared >= after.size()) continue;
        after.resize(n_shared + 1);
        matcher_.go_back(after.back());
        refused = false;
        for (size_t i = n_shared; i < bytes.size() && !refused; i++) {
            refused = !matcher_.feed(bytes[i]);
            if (!refused) after.push_back(matcher_.now());
        }
        if (!refused) tokens.push_back(token);
    }
    matcher_.go_back(after.front());
    return tokens;
}

void token_grammar::accept(llama_token token) {
    for (const char byte : pieces_->bytes(token)) matcher_.feed(byte);
    matcher_.settle();
}

} // namespace corrsteer
