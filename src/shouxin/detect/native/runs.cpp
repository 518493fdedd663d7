#include "runs.hpp"

#include <cstring>

#include "processor.hpp"

namespace shouxin {

namespace {

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
    SHOUXIN_AVX2 static Classes classify(const uint8_t* s) {
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

}  // namespace

#ifdef SHOUXIN_X86
#define SHOUXIN_INLINE inline __attribute__((always_inline))
#else
#define SHOUXIN_INLINE inline
#endif

// The classes of the last bytes, which are fewer than 64.
template <class Unit>
SHOUXIN_INLINE Classes last(View v, int64_t base, int64_t readable) {
    Classes found;
    const auto rest = static_cast<size_t>(v.n - base);
    if (base + 64 <= readable) {
        found = Unit::classify(v.s + base);
    } else {
        uint8_t padded[64] = {0};
        std::memcpy(padded, v.s + base, rest);
        found = Unit::classify(padded);
    }
    const uint64_t text = (1ull << rest) - 1;
    return {found.digits & text, found.alnums & text};
}

template <class Unit>
SHOUXIN_INLINE void find_runs(Runs& runs) {
    const View v = runs.v_;
    Run* next = runs.runs_;
    Run open = runs.open_;
    bool inside = runs.inside_;
    int64_t base = runs.at_;
    for (int64_t end = base + Runs::at_once; base < end && base < v.n; base += 64) {
        Classes found = base + 64 <= v.n ? Unit::classify(v.s + base) : last<Unit>(v, base, runs.readable_);
        uint64_t behind = found.alnums << 1 | inside, begins = found.alnums & ~behind, ends = behind & ~found.alnums;
        if (inside) {
            int end = ends ? __builtin_ctzll(ends) : 63;
            open.digits += __builtin_popcountll(found.digits & ((2ull << end) - 1));
            if (!ends) continue;
            *next++ = {open.begin, base + end, open.digits};
            ends &= ends - 1;
        }
        for (; ends; begins &= begins - 1, ends &= ends - 1) {
            int begin = __builtin_ctzll(begins), end = __builtin_ctzll(ends);
            *next++ = {base + begin, base + end, __builtin_popcountll((found.digits & ((1ull << end) - 1)) >> begin)};
        }
        inside = begins;
        if (inside) open = {base + __builtin_ctzll(begins), 0, __builtin_popcountll(found.digits >> __builtin_ctzll(begins))};
    }
    if (base >= v.n && inside) *next++ = {open.begin, v.n, open.digits};
    runs.last_ = next, runs.open_ = open, runs.inside_ = inside, runs.at_ = base;
}

namespace {

#ifdef SHOUXIN_X86
__attribute__((target("avx2,bmi,popcnt"))) void find_with_avx2(Runs& runs) { find_runs<Avx2>(runs); }
void find_with_sse2(Runs& runs) { find_runs<Sse2>(runs); }
const auto find_best = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt")
                           ? find_with_avx2
                           : find_with_sse2;
#else
const auto find_best = find_runs<Plain>;
#endif

}  // namespace

void Runs::find() { find_best(*this); }

}  // namespace shouxin
