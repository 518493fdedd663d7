// What the processor can do beyond what every one of its family can.
#pragma once

#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>
#define SHOUXIN_X86 1
#define SHOUXIN_AVX2 __attribute__((target("avx2")))
#endif
