#include "attention/kernel.h"

#if defined(__AVX2__) && defined(__FMA__) && defined(__F16C__)
#include "platform/lanes-avx2.h"

namespace corrsteer::attention {
constexpr int tile_queries = 6;
}

#include "attention/tile.h"
#endif

namespace corrsteer::attention {

const kernel * avx2_kernel() {
#if defined(__AVX2__) && defined(__FMA__) && defined(__F16C__)
    static constexpr kernel made = {scratch_values, attend};
    return &made;
#else
    return nullptr;
#endif
}

} // namespace corrsteer::attention
