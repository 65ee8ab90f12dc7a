#include "attention/kernel.h"

#if defined(__AVX512F__)
#include "products/lanes-avx512.h"

namespace corrsteer::attention {
namespace {

struct lanes : products::avx512_lanes {
    static constexpr int of_queries = 12;

    static floats rounded(floats x) { return _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }

    /// x * 2^exponent, of whole exponents.
    static floats times_power_of_2(floats x, floats exponent) { return _mm512_scalef_ps(x, exponent); }

    static float largest(floats x) { return _mm512_reduce_max_ps(x); }
};

} // namespace
} // namespace corrsteer::attention

#include "attention/tile.h"
#endif

namespace corrsteer::attention {

const kernel * avx512_kernel() {
#if defined(__AVX512F__)
    static constexpr kernel made = {scratch_values, attend};
    return &made;
#else
    return nullptr;
#endif
}

} // namespace corrsteer::attention
