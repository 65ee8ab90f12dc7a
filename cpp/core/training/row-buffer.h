#pragma once

#include <cstdint>
#include <vector>

#include "engine/row-sink.h"
#include "platform/aligned-floats.h"

namespace corrsteer {

/// The residual rows of some texts at some layers, to be trained on in any order. A slot is a text; the row of its
/// first position, which is the same for every text and far longer than others, is left out.
class row_buffer : public row_sink {
  public:
    /// ERR_OUT_OF_RANGE for a layer below -1, or an n_embd or a capacity below 1; ERR_OUT_OF_MEMORY.
    row_buffer(std::vector<int> layers, int n_embd, size_t capacity);

    int n_embd() const override { return n_embd_; }
    const std::vector<int> & layers() const override { return layers_; }

    /// Forgets all rows. Slot i will bring lengths[i] of them; what is beyond the capacity is left out.
    void begin(const std::vector<uint32_t> & lengths);
    void append(int layer, int slot, const float * row) override;
    /// Rows [n_rows, n_embd] of one layer, after a `begin` of one text that is one position longer.
    void fill(int layer, const std::vector<float> & rows);

    /// How many are there at every layer once the texts were read.
    size_t n_rows() const { return n_rows_; }
    /// [n_rows, n_embd]. ERR_INTERNAL unless all have come.
    const float * rows(int layer) const;

  private:
    struct at_layer {
        aligned_floats rows;
        std::vector<uint32_t> seen; ///< of each slot, the first one too
        size_t n_kept = 0;
    };

    size_t index_of(int layer) const;

    std::vector<int> layers_;
    int n_embd_;
    size_t capacity_;
    size_t n_rows_ = 0;
    std::vector<size_t> begins_; ///< of each slot and the end
    std::vector<at_layer> at_;
};

} // namespace corrsteer
