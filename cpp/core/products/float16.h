#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace corrsteer::products {

namespace {

/// `n` numbers of 16 bits, and no byte behind them.
template <typename lanes>
void convert_float16(const void * stored, float * out, int n) {
    const auto * from = static_cast<const char *>(stored);
    int i = 0;
    for (; i + lanes::count <= n; i += lanes::count) {
        const typename lanes::floats values = lanes::from_float16(from + i * sizeof(uint16_t));
        std::memcpy(out + i, &values, sizeof(values));
    }
    if (i == n) return;
    uint16_t rest[lanes::count] = {};
    std::memcpy(rest, from + i * sizeof(uint16_t), (n - i) * sizeof(uint16_t));
    const typename lanes::floats values = lanes::from_float16(rest);
    std::memcpy(out + i, &values, (n - i) * sizeof(float));
}

} // namespace

} // namespace corrsteer::products
