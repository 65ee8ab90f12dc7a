#pragma once

#include <memory>
#include <vector>

#include "grammar/grammar-matcher.h"
#include "grammar/token-pieces.h"

namespace corrsteer {

/// Follows one answer through a grammar, token by token.
class token_grammar {
  public:
    token_grammar(std::shared_ptr<const grammar> rules, std::shared_ptr<const token_pieces> pieces);

    /// Whether the answer may go on, or end, with this token. Throws ERR_GRAMMAR.
    bool allows(llama_token token);
    /// All tokens that are allowed; with `among` (all if empty) those of them. Throws ERR_GRAMMAR where none is.
    std::vector<llama_token> allowed(const std::vector<llama_token> & among);
    /// The answer goes on with a token that is allowed.
    void accept(llama_token token);
    /// Whether nothing may follow.
    bool is_over() const { return !matcher_.may_go_on(); }

  private:
    std::vector<llama_token> allowed_pieces();

    grammar_matcher matcher_;
    std::shared_ptr<const token_pieces> pieces_;
};

} // namespace corrsteer
