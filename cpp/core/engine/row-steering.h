#pragma once

#include <vector>

#include "engine/steering.h"
#include "platform/error.h"

namespace corrsteer {

/// What steering did to a row at one layer.
struct row_change {
    enum class kind {
        none, ///< nothing is to be done at this position
        left, ///< a condition, or a target that was reached, left it alone
        steered
    };

    kind what = kind::none;
    double residual_norm = 0; ///< before
    double added_norm = 0;
};

/// Which conditions of a steering hold for one row, by their index; those that were not read yet do not.
using held_conditions = std::vector<char>;

/// Whether some step acts at this position, if its condition holds.
bool acts_at(const steering::steered_layer & at, const row_place & place);
/// The vector that is added, if that is all that they do; else null.
const steering::step * only_vector(const steering::steered_layer & at, const row_place & place,
                                   const held_conditions & held);
/// Steps that act on a row, their conditions known.
int n_acting(const steering::steered_layer & at, const row_place & place, const held_conditions & held);

/// Carries out the layer's steps on a row [n_embd], but for one that replaces it. A sum that is not finite is never
/// written: it would go into the cache, where even masked cells are multiplied (by 0). Throws ERR_NON_FINITE.
row_change steer_row(const steering::steered_layer & at, const row_place & place, const held_conditions & held,
                     float * row);

/// What the row is replaced by, if it is; else null.
const steering::step * replacing(const steering::steered_layer & at, const row_place & place,
                                 const held_conditions & held);
/// Brings a row [n_embd] a share of the way to another one. Throws ERR_NON_FINITE, the row untouched.
row_change replace_row(int layer, const float * by, double share, float * row, size_t n);

/// Of a row that steering would make infinite.
error too_strong(int layer);

} // namespace corrsteer
