#pragma once

#include "platform/cancel.h"
#include "products/nearest-rows.h"
#include "sae/sae.h"

namespace corrsteer {

/// For each feature the k others whose decoder directions have the largest cosine with its own. A feature whose
/// direction is zero has 0 with all. All directions are in memory meanwhile. Throws as `find_nearest` and
/// `sae_file::directions`.
nearest_rows nearest_directions(const sae & sae, size_t k, int n_threads,
                                const cancel_token & cancel = never_cancelled);

} // namespace corrsteer
