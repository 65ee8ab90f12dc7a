#include "products/route.h"

#include <algorithm>
#include <iterator>

#include "platform/processor.h"
#include "products/kernels.h"

namespace corrsteer::products {

namespace {

/// From how many rows on a product is faster than llama.cpp's, by type of weights. docs/results.md has the figures.
struct entry {
    ggml_type type;
    bool in_eights;
    int fewest_rows;
    int fewest_rows_of_large; ///< of more weights than the caches hold
};

constexpr int64_t large = 1 << 23;

constexpr entry int8_table[] = {
    {GGML_TYPE_Q8_0, false, 8, 16},  {GGML_TYPE_Q4_0, false, 24, 24}, {GGML_TYPE_Q4_0, true, 6, 12},
    {GGML_TYPE_Q4_1, false, 4, 4},   {GGML_TYPE_Q5_0, false, 6, 6},   {GGML_TYPE_Q5_1, false, 4, 4},
    {GGML_TYPE_Q2_K, false, 16, 16}, {GGML_TYPE_Q3_K, false, 6, 12},  {GGML_TYPE_Q4_K, false, 24, 24},
    {GGML_TYPE_Q4_K, true, 8, 24},   {GGML_TYPE_Q5_K, false, 4, 6},   {GGML_TYPE_Q6_K, false, 6, 24},
};

constexpr entry float32_table[] = {
    {GGML_TYPE_F32, false, 12, 16},  {GGML_TYPE_F16, false, 8, 24},   {GGML_TYPE_BF16, false, 64, 128},
    {GGML_TYPE_Q8_0, false, 96, 96}, {GGML_TYPE_Q4_1, false, 16, 16}, {GGML_TYPE_Q5_0, false, 32, 32},
    {GGML_TYPE_Q5_1, false, 32, 32}, {GGML_TYPE_Q3_K, false, 48, 48}, {GGML_TYPE_Q5_K, false, 16, 16},
    {GGML_TYPE_Q6_K, false, 96, 96},
};

template <size_t n>
bool is_faster(const entry (&table)[n], const shape & shape) {
    return std::any_of(std::begin(table), std::end(table), [&](const entry & entry) {
        return entry.type == shape.type && entry.in_eights == shape.in_eights &&
               shape.n_rows >= (shape.n_weights > large ? entry.fewest_rows_of_large : entry.fewest_rows);
    });
}

} // namespace

bool are_here() {
    return this_processor() != processor::other;
}

const char * fastest_name() {
    if (has_vnni(this_processor())) return "int8";
    return are_here() ? "float32" : "llama.cpp";
}

kernel find_kernel(route route, ggml_type type, bool in_eights) {
    const processor here = this_processor();
    const bool is_wide = has_wide_vectors(here);
    if (here == processor::other || route == route::llama_cpp) return nullptr;
    if (route == route::float32) return is_wide ? float32_avx512(type, in_eights) : float32_avx2(type, in_eights);
    if (!has_vnni(here)) return nullptr;
    return is_wide ? int8_avx512(type, in_eights) : int8_avx_vnni(type, in_eights);
}

route choose(policy policy, const shape & shape) {
    constexpr int fewest_rows = 8;
    switch (policy) {
    case policy::llama_cpp: return route::llama_cpp;
    case policy::float32: return shape.in_eights || shape.n_rows < fewest_rows ? route::llama_cpp : route::float32;
    case policy::fastest: break;
    }
    const processor here = this_processor();
    if (here == processor::other) return route::llama_cpp;
    if (has_vnni(here) && ggml_is_quantized(shape.type))
        return is_faster(int8_table, shape) ? route::int8 : route::llama_cpp;
    return is_faster(float32_table, shape) ? route::float32 : route::llama_cpp;
}

} // namespace corrsteer::products
