#pragma once

#include <cmath>

namespace corrsteer {

/// Which correlations count.
enum class r_sign { positive, negative, both };

/// How much an r has of what counts.
inline double strength(double r, r_sign sign) {
    return sign == r_sign::both ? std::fabs(r) : sign == r_sign::positive ? r : -r;
}

} // namespace corrsteer
