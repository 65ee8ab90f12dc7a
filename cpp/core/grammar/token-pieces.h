#pragma once

#include <functional>
#include <string>
#include <vector>

#include "llama.h"

namespace corrsteer {

/// A vocabulary as a grammar sees it: its tokens that are text, by their bytes, so that those that begin alike lie
/// together, and those that end an answer.
class token_pieces {
  public:
    /// `text` gives the bytes of a token: none of one that is no text.
    token_pieces(int n_vocab, std::vector<llama_token> ends, const std::function<std::string(llama_token)> & text);

    struct piece {
        llama_token token;
        std::string bytes;
        size_t n_shared; ///< bytes with which the one before begins as well
    };
    const std::vector<piece> & all() const { return pieces_; }
    /// Of one token; none of one that is no text, or ends an answer.
    const std::string & bytes(llama_token token) const;

    const std::vector<llama_token> & ends() const { return ends_; }
    bool is_end(llama_token token) const;

  private:
    std::vector<llama_token> ends_;
    std::vector<piece> pieces_;
    std::vector<int> place_; ///< by token, in `pieces_`; -1: not there
};

} // namespace corrsteer
