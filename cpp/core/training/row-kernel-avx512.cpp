#include "training/row-kernel.h"

#if defined(__AVX512F__)
#include "training/row-kernel-body.h"
#endif

namespace corrsteer::training {

const row_kernel * row_kernel_avx512() {
#if defined(__AVX512F__)
    return &made;
#else
    return nullptr;
#endif
}

} // namespace corrsteer::training
