// Finding the runs of ASCII letters and digits, 64 bytes at a time.
#pragma once
#include <cstdint>
#include <cstring>

#include "view.hpp"

#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>
#define SHOUXIN_X86 1
#endif

namespace shouxin {

// For 64 bytes: a bit for each digit, and one for each letter or digit.
struct Classes {
    uint64_t digits, alnums;
};

struct Plain {
    static Classes classify(const uint8_t* s) {
        Classes found{0, 0};
        for (int i = 0; i < 64; i++) {
            found.digits |= static_cast<uint64_t>(digit(s[i])) << i;
            found.alnums |= static_cast<uint64_t>(alnum(s[i])) << i;
        }
        return found;
    }
};

#ifdef SHOUXIN_X86
struct Sse2 {  // every x86-64 processor has it
    static Classes classify(const uint8_t* s) {
        Classes found{0, 0};
        const __m128i zero = _mm_set1_epi8('0'), a = _mm_set1_epi8('a'), bit = _mm_set1_epi8(32), nine = _mm_set1_epi8(9),
                      z = _mm_set1_epi8(25);
        for (int part = 0; part < 4; part++) {
            __m128i v = _mm_loadu_si128(reinterpret_cast<const __m128i*>(s + 16 * part));
            __m128i d = _mm_sub_epi8(v, zero), l = _mm_sub_epi8(_mm_or_si128(v, bit), a);
            uint64_t ds = static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(d, nine), d)));
            uint64_t ls = static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(l, z), l)));
            found.digits |= ds << 16 * part;
            found.alnums |= (ds | ls) << 16 * part;
        }
        return found;
    }
};

struct Avx2 {
    __attribute__((target("avx2"))) static Classes classify(const uint8_t* s) {
        Classes found{0, 0};
        const __m256i zero = _mm256_set1_epi8('0'), a = _mm256_set1_epi8('a'), bit = _mm256_set1_epi8(32),
                      nine = _mm256_set1_epi8(9), z = _mm256_set1_epi8(25);
        for (int part = 0; part < 2; part++) {
            __m256i v = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(s + 32 * part));
            __m256i d = _mm256_sub_epi8(v, zero), l = _mm256_sub_epi8(_mm256_or_si256(v, bit), a);
            uint64_t ds = static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_min_epu8(d, nine), d)));
            uint64_t ls = static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_min_epu8(l, z), l)));
            found.digits |= ds << 32 * part;
            found.alnums |= (ds | ls) << 32 * part;
        }
        return found;
    }
};
#endif

// Calls each(run) for every run of v. `readable` bytes may be read from v.s, though only v.n are text.
template <class Unit, class Each>
#ifdef SHOUXIN_X86
inline __attribute__((always_inline))
#endif
void each_run(View v, int64_t readable, Each&& each) {
    Run open{-1, 0, 0};
    for (int64_t base = 0; base < v.n; base += 64) {
        int64_t rest = v.n - base;
        Classes found;
        if (base + 64 <= readable) {
            found = Unit::classify(v.s + base);
        } else {
            uint8_t padded[64] = {0};
            std::memcpy(padded, v.s + base, static_cast<size_t>(rest));
            found = Unit::classify(padded);
        }
        if (rest < 64) {
            uint64_t inside = (1ull << rest) - 1;
            found.digits &= inside;
            found.alnums &= inside;
        }
        if (open.begin < 0 && !found.alnums) continue;
        int at = 0;
        while (at < 64) {
            if (open.begin < 0) {
                uint64_t ahead = found.alnums >> at;
                if (!ahead) break;
                at += __builtin_ctzll(ahead);
                open = {base + at, 0, 0};
            }
            uint64_t gap = ~found.alnums >> at;
            int length = gap ? __builtin_ctzll(gap) : 64;
            if (length > 64 - at) length = 64 - at;
            uint64_t mask = length == 64 ? ~0ull : (1ull << length) - 1;
            open.digits += __builtin_popcountll(found.digits >> at & mask);
            at += length;
            if (at >= 64) break;
            open.end = base + at;
            each(open);
            open.begin = -1;
        }
    }
    if (open.begin >= 0) {
        open.end = v.n;
        each(open);
    }
}

}  // namespace shouxin
