#pragma once

#include "products/kernel.h"

namespace corrsteer::products {

/// What one of so many threads computes of a product, each about as much.
part part_of(const product & p, int thread, int n_threads);

} // namespace corrsteer::products
