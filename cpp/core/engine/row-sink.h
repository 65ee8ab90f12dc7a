#pragma once

#include <vector>

namespace corrsteer {

/// Where captured residual rows go: the engine knows no more of it. Called on the engine's thread while llama.cpp
/// computes.
class row_sink {
  public:
    virtual ~row_sink() = default;

    /// Of a row.
    virtual int n_embd() const = 0;
    /// Those that it takes, ascending, without duplicates; -1 is the input of block 0.
    virtual const std::vector<int> & layers() const = 0;
    /// Adds a row [n_embd] behind those that the layer and slot (one a branch) have. What it throws fails that branch
    /// alone.
    virtual void append(int layer, int slot, const float * row) = 0;
};

} // namespace corrsteer
