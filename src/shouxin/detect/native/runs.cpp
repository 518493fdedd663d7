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

struct Avx512 {
    SHOUXIN_AVX512 static Classes classify(const uint8_t* s) {
        const __m512i v = _mm512_loadu_si512(s), d = _mm512_sub_epi8(v, _mm512_set1_epi8('0')),
                      l = _mm512_sub_epi8(_mm512_or_si512(v, _mm512_set1_epi8(32)), _mm512_set1_epi8('a'));
        const uint64_t digits = _mm512_cmplt_epu8_mask(d, _mm512_set1_epi8(10));
        return {digits, digits | _mm512_cmplt_epu8_mask(l, _mm512_set1_epi8(26))};
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

// Begins and ends are written independently of each other, two of each at once, whether or not there are so many:
// which branch is taken depends on where runs stand as little as can be.
template <class Unit>
SHOUXIN_INLINE void find_runs(Runs& runs) {
    const View v = runs.v_;
    int64_t base = runs.at_, before = runs.digits_;
    bool inside = runs.inside_;
    if (inside) runs.begins_[0] = runs.begins_[runs.ended_];
    int begun = inside, ended = 0;
    for (int64_t stop = base + Runs::at_once; base < stop && base < v.n; base += 64) {
        const Classes found = base + 64 <= v.n ? Unit::classify(v.s + base) : last<Unit>(v, base, runs.readable_);
        const uint64_t behind = found.alnums << 1 | inside;
        const auto mark = [&](uint64_t places, Runs::Mark* to) {
            for (const Runs::Mark* end = to + __builtin_popcountll(places); to < end; to += 2) {
                for (int k = 0; k < 2; k++, places &= places - 1) {
                    const int at = __builtin_ctzll(places | 1ull << 63);
                    to[k] = {base + at, before + __builtin_popcountll(found.digits & ((1ull << at) - 1))};
                }
            }
        };
        const uint64_t begins = found.alnums & ~behind, ends = behind & ~found.alnums;
        mark(begins, runs.begins_ + begun), begun += __builtin_popcountll(begins);
        mark(ends, runs.ends_ + ended), ended += __builtin_popcountll(ends);
        before += __builtin_popcountll(found.digits);
        inside = found.alnums >> 63;
    }
    if (base >= v.n && inside) runs.ends_[ended++] = {v.n, before};
    runs.ended_ = ended, runs.inside_ = inside, runs.at_ = base, runs.digits_ = before;
}

namespace {

#ifdef SHOUXIN_X86
__attribute__((target("avx2,bmi,popcnt"))) void find_with_avx2(Runs& runs) { find_runs<Avx2>(runs); }
void find_with_sse2(Runs& runs) { find_runs<Sse2>(runs); }
SHOUXIN_AVX512 void find_with_avx512(Runs& runs) { find_runs<Avx512>(runs); }
const auto find_best = has_avx512() ? find_with_avx512 : has_avx2() ? find_with_avx2 : find_with_sse2;
#else
const auto find_best = find_runs<Plain>;
#endif

}  // namespace

void Runs::find() { find_best(*this); }

}  // namespace shouxin
