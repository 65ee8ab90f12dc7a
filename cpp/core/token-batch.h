#pragma once

#include <vector>

#include "batch-plan.h"
#include "llama.h"

namespace corrsteer {

/// llama_batch over vectors: rows of one token each.
class token_batch {
  public:
    explicit token_batch(const std::vector<planned_row> & rows) : n_seq_(rows.size(), 1) {
        sequences_.reserve(rows.size());
        for (const auto & row : rows) {
            tokens_.push_back(row.token);
            positions_.push_back(row.position);
            sequences_.push_back(row.sequence);
            outputs_.push_back(row.output);
            sequence_of_.push_back(&sequences_.back());
        }
    }

    llama_batch get() {
        return {static_cast<int32_t>(tokens_.size()),
                tokens_.data(),
                nullptr,
                positions_.data(),
                n_seq_.data(),
                sequence_of_.data(),
                outputs_.data()};
    }

  private:
    std::vector<llama_token> tokens_;
    std::vector<llama_pos> positions_;
    std::vector<int32_t> n_seq_;
    std::vector<llama_seq_id> sequences_;
    std::vector<llama_seq_id *> sequence_of_;
    std::vector<int8_t> outputs_;
};

} // namespace corrsteer
