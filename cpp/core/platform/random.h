#pragma once

#include <cstdint>

namespace corrsteer {

/// SplitMix64 (Steele, Lea and Flood 2014), one stream of a seed for each number: what is drawn for permutation 7 does
/// not depend on who drew the six before it.
class random_stream {
  public:
    random_stream(uint64_t seed, uint64_t stream) : state_(mix(mix(seed + golden) + stream * golden)) {}

    uint64_t next() { return mix(state_ += golden); }

    /// Uniform in [0, bound), bound > 0, without bias: Lemire 2019, "Fast random integer generation in an interval".
    uint32_t below(uint32_t bound) {
        uint64_t product = (next() >> 32) * bound;
        if (static_cast<uint32_t>(product) < bound) {
            const uint32_t threshold = (0u - bound) % bound;
            while (static_cast<uint32_t>(product) < threshold) product = (next() >> 32) * bound;
        }
        return static_cast<uint32_t>(product >> 32);
    }

  private:
    static constexpr uint64_t golden = 0x9E3779B97F4A7C15;

    static uint64_t mix(uint64_t z) {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    uint64_t state_;
};

} // namespace corrsteer
