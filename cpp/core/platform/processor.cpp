#include "platform/processor.h"

#if defined(__x86_64__) && !defined(_MSC_VER)
#include <cpuid.h>
#endif

namespace corrsteer {

namespace {

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

} // namespace

processor this_processor() {
    static const processor found = find_processor();
    return found;
}

bool has_wide_vectors(processor processor) {
    return processor == processor::avx512 || processor == processor::avx512_vnni;
}

bool has_vnni(processor processor) {
    return processor == processor::avx_vnni || processor == processor::avx512_vnni;
}

} // namespace corrsteer
