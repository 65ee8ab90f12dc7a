#include "training/row-kernel.h"

#include "platform/processor.h"
#include "training/row-kernel-body.h"

namespace corrsteer::training {

const row_kernel & find_row_kernel() {
    const processor here = this_processor();
    const row_kernel * found = nullptr;
    if (here != processor::other) found = has_wide_vectors(here) ? row_kernel_avx512() : row_kernel_avx2();
    return found ? *found : made;
}

} // namespace corrsteer::training
