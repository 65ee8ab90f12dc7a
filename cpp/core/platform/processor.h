#pragma once

namespace corrsteer {

/// What code is written for, by the vector instructions that it needs.
enum class processor {
    other,
    avx2, ///< with FMA and F16C
    avx512,
    avx_vnni, ///< AVX2 and products of bytes
    avx512_vnni,
};

/// The one that this is. Found once.
processor this_processor();

/// AVX-512's vectors, of 16 floats.
bool has_wide_vectors(processor processor);
bool has_vnni(processor processor);

} // namespace corrsteer
