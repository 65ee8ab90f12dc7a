#pragma once

#include <vector>

#include "engine/batch-plan.h"
#include "llama.h"

namespace corrsteer {

/// llama_batch over vectors: rows of one token each, in the sequences that hold its cell.
class token_batch {
  public:
    /// `outputs`: whether logits are computed where they are planned.
    explicit token_batch(const std::vector<planned_row> & rows, bool outputs = true) {
        for (const auto & row : rows) {
            tokens_.push_back(row.token);
            positions_.push_back(row.position);
            outputs_.push_back(row.output && outputs);
            sequences_.push_back(row.also);
            sequences_.back().push_back(row.sequence);
        }
        for (auto & holders : sequences_) {
            n_seq_.push_back(static_cast<int32_t>(holders.size()));
            sequences_of_.push_back(holders.data());
        }
    }

    llama_batch get() {
        return {static_cast<int32_t>(tokens_.size()),
                tokens_.data(),
                nullptr,
                positions_.data(),
                n_seq_.data(),
                sequences_of_.data(),
                outputs_.data()};
    }

  private:
    std::vector<llama_token> tokens_;
    std::vector<llama_pos> positions_;
    std::vector<int8_t> outputs_;
    std::vector<std::vector<llama_seq_id>> sequences_;
    std::vector<int32_t> n_seq_;
    std::vector<llama_seq_id *> sequences_of_;
};

} // namespace corrsteer
