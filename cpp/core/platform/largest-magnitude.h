#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace corrsteer {

/// The largest |x|, NaN if any is: so `largest_magnitude(...) <= limit` says that all are finite and within the limit.
/// Without the sign, floats order as their bits do, and integer maxima are vectorised where float ones must not be.
inline float largest_magnitude(const float * values, size_t n) {
    uint32_t largest = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t bits;
        std::memcpy(&bits, values + i, sizeof(bits));
        largest = std::max(largest, bits & 0x7FFFFFFFu);
    }
    float magnitude;
    std::memcpy(&magnitude, &largest, sizeof(magnitude));
    return magnitude;
}

} // namespace corrsteer
