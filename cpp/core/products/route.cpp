#include "products/route.h"

#include <algorithm>
#include <iterator>

#include "products/kernels.h"

#if defined(__x86_64__) && !defined(_MSC_VER)
#include <cpuid.h>
#endif

namespace corrsteer::products {

namespace {

enum class processor { other, avx2, avx512, avx_vnni, avx512_vnni };

#if defined(__x86_64__) && !defined(_MSC_VER)
bool has_avx_vnni() {
    unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
    return __get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx) && (eax & (1U << 4));
}

processor find_processor() {
    __builtin_cpu_init();
    const auto has_all = [](auto... features) { return (features && ...); };
#define HAS(feature) __builtin_cpu_supports(feature)
    if (!has_all(HAS("avx2"), HAS("fma"), HAS("f16c"))) return processor::other;
    if (!has_all(HAS("avx512f"), HAS("avx512dq"))) return has_avx_vnni() ? processor::avx_vnni : processor::avx2;
    return has_all(HAS("avx512vnni"), HAS("avx512bw"), HAS("avx512vl")) ? processor::avx512_vnni : processor::avx512;
#undef HAS
}
#else
processor find_processor() {
    return processor::other;
}
#endif

processor this_processor() {
    static const processor found = find_processor();
    return found;
}

bool has_vnni(processor processor) {
    return processor == processor::avx_vnni || processor == processor::avx512_vnni;
}

/// The fewest rows with which a product is faster than llama.cpp's (from as many on the row of 4096 x 4096 weights was,
/// beside other programs), by type of weights. docs/results.md has the figures.
struct entry {
    ggml_type type;
    bool in_eights;
    int fewest_rows;
};

constexpr entry int8_table[] = {
    {GGML_TYPE_Q8_0, false, 16}, {GGML_TYPE_Q4_0, false, 24}, {GGML_TYPE_Q4_0, true, 32},  {GGML_TYPE_Q4_1, false, 6},
    {GGML_TYPE_Q5_0, false, 8},  {GGML_TYPE_Q5_1, false, 8},  {GGML_TYPE_Q2_K, false, 16}, {GGML_TYPE_Q3_K, false, 24},
    {GGML_TYPE_Q4_K, false, 32}, {GGML_TYPE_Q4_K, true, 32},  {GGML_TYPE_Q5_K, false, 8},  {GGML_TYPE_Q6_K, false, 24},
};

constexpr entry float32_table[] = {
    {GGML_TYPE_F32, false, 16},  {GGML_TYPE_F16, false, 16},  {GGML_TYPE_BF16, false, 64}, {GGML_TYPE_Q8_0, false, 96},
    {GGML_TYPE_Q4_1, false, 16}, {GGML_TYPE_Q5_0, false, 32}, {GGML_TYPE_Q5_1, false, 32}, {GGML_TYPE_Q3_K, false, 48},
    {GGML_TYPE_Q5_K, false, 16}, {GGML_TYPE_Q6_K, false, 96},
};

template <size_t n>
bool is_faster(const entry (&table)[n], ggml_type type, bool in_eights, int n_rows) {
    return std::any_of(std::begin(table), std::end(table), [&](const entry & entry) {
        return entry.type == type && entry.in_eights == in_eights && n_rows >= entry.fewest_rows;
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
    const bool is_wide = here == processor::avx512 || here == processor::avx512_vnni;
    if (here == processor::other || route == route::llama_cpp) return nullptr;
    if (route == route::float32) return is_wide ? float32_avx512(type, in_eights) : float32_avx2(type, in_eights);
    if (!has_vnni(here)) return nullptr;
    return is_wide ? int8_avx512(type, in_eights) : int8_avx_vnni(type, in_eights);
}

route choose(policy policy, ggml_type type, bool in_eights, int n_rows) {
    constexpr int fewest_rows = 8;
    switch (policy) {
    case policy::llama_cpp: return route::llama_cpp;
    case policy::float32: return in_eights || n_rows < fewest_rows ? route::llama_cpp : route::float32;
    case policy::fastest: break;
    }
    const processor here = this_processor();
    if (here == processor::other) return route::llama_cpp;
    if (has_vnni(here) && ggml_is_quantized(type))
        return is_faster(int8_table, type, in_eights, n_rows) ? route::int8 : route::llama_cpp;
    return is_faster(float32_table, type, in_eights, n_rows) ? route::float32 : route::llama_cpp;
}

} // namespace corrsteer::products
