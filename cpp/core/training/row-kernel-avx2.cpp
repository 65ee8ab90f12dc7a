#include "training/row-kernel.h"

#if defined(__AVX2__) && defined(__FMA__)
#include "training/row-kernel-body.h"
#endif

namespace corrsteer::training {

const row_kernel * row_kernel_avx2() {
#if defined(__AVX2__) && defined(__FMA__)
    return &made;
#else
    return nullptr;
#endif
}

} // namespace corrsteer::training
