#include "attention/kernel.h"

#if defined(__AVX512F__)
#include "platform/lanes-avx512.h"

namespace corrsteer::attention {
constexpr int tile_queries = 12;
}

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
