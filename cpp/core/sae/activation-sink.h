#pragma once

#include <cstddef>
#include <cstdint>

namespace corrsteer {

/// Where the activations of rows go, slot by slot, as they are encoded.
class activation_sink {
  public:
    virtual ~activation_sink() = default;

    /// Adds one token's activations [d_sae] to the open slot.
    virtual void add(const float * activations) = 0;
    /// The same of `count` features, in no order, whose activations are above 0: all that fire.
    virtual void add(const uint32_t * features, const float * activations, size_t count) = 0;
    /// Closes the open slot, which may have had no rows.
    virtual void finish_row() = 0;
};

} // namespace corrsteer
