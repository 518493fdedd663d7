// What the processor can do beyond what every one of its family can.
#pragma once

#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>
#define SHOUXIN_X86 1
#define SHOUXIN_AVX2 __attribute__((target("avx2")))
#define SHOUXIN_AVX512 __attribute__((target("avx512bw,bmi,popcnt")))

namespace shouxin {

inline bool has_avx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt"); }
inline bool has_avx512() { return has_avx2() && __builtin_cpu_supports("avx512bw"); }

}  // namespace shouxin
#endif
