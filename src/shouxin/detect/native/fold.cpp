#include "fold.hpp"

#include "processor.hpp"

namespace shouxin {

namespace {

constexpr int circled_run = 7;  // fewer circled digits in a row are a list, not a number

// A character at i: its bytes, and the plain byte it stands for (0: it is dropped, -1: it stays).
struct Character {
    int length, plain;
    bool telling;  // whether it alone makes folding worthwhile
};

// The letter or digit for which three bytes of full width stand, or 0; `sign` as three() gives it.
uint8_t wide_letter(uint32_t sign) {
    if ((sign & 0xFEFF) != 0xBCEF || (sign >> 16 & 0xC0) != 0x80) return 0;
    const auto plain = static_cast<uint8_t>(((sign >> 2 & 0x40) | (sign >> 16 & 0x3F)) + 0x20);
    return alnum(plain) ? plain : 0;
}

int circled(View v, int64_t i) {
    if (v[i] != 0xE2) return -1;
    if (v[i + 1] == 0x91 && v[i + 2] >= 0xA0 && v[i + 2] <= 0xA8) return '1' + v[i + 2] - 0xA0;
    return stands(v, i, "\u24ea") ? '0' : -1;
}

Character wide(View v, int64_t i) {
    int code = (v[i + 1] & 0x3F) << 6 | (v[i + 2] & 0x3F);  // U+Fxxx
    if ((v[i + 1] != 0xBC && v[i + 1] != 0xBD) || !continues(v[i + 2])) return {1, -1, false};
    int plain = code - 0xF00 + 0x20;
    if (plain <= 0x20 || plain > 0x7E) return {3, -1, false};
    return {3, plain, alnum(static_cast<uint8_t>(plain)) || plain == '@' || plain == '.'};
}

Character mathematical(View v, int64_t i) {
    if (v[i + 1] != 0x9D || !continues(v[i + 2]) || !continues(v[i + 3])) return {1, -1, false};
    int code = (v[i + 2] & 0x3F) << 6 | (v[i + 3] & 0x3F);  // U+1Dxxx
    if (code >= 0x7CE && code <= 0x7FF) return {4, '0' + (code - 0x7CE) % 10, true};
    if (code < 0x400 || code > 0x6A3) return {4, -1, false};
    int place = (code - 0x400) % 52;
    return {4, place < 26 ? 'A' + place : 'a' + place - 26, true};
}

Character character(View v, int64_t i, uint8_t before) {
    switch (v[i]) {
        case 0xC2: return alnum(before) && v[i + 1] == 0xAD ? Character{2, 0, true} : Character{1, -1, false};
        case 0xE2:
            if (alnum(before) && ((v[i + 1] == 0x80 && v[i + 2] >= 0x8B && v[i + 2] <= 0x8D) || stands(v, i, "\u2060")))
                return {3, 0, true};
            if (circled(v, i) >= 0) {
                int64_t from = i, to = i;
                while (from >= 3 && circled(v, from - 3) >= 0 && i - from < 3 * circled_run) from -= 3;
                while (circled(v, to) >= 0 && to - i < 3 * circled_run) to += 3;
                if (to - from >= 3 * circled_run) return {3, circled(v, i), true};
            }
            return {1, -1, false};
        case 0xEF:
            if (alnum(before) && stands(v, i, "\ufeff")) return {3, 0, true};
            return wide(v, i);
        case 0xF0: return mathematical(v, i);
        default: return {1, -1, false};
    }
}

#ifdef SHOUXIN_X86
SHOUXIN_AVX2 inline __m256i load(const uint8_t* s) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(s)); }

// Bits that a byte has by its upper and by its lower half; where three bytes in a row share one, a character may be telling.
enum Part : uint8_t { digit_form = 1, letter_form = 2, stop_form = 4, small_form = 8, mark = 16, sign = 32, joiner = 64, styled = 128 };
constexpr uint8_t forms = digit_form | letter_form | stop_form, any = letter_form | small_form | mark | sign | styled;
constexpr uint8_t of_lead = forms | small_form | mark | sign | joiner, rest = any & ~letter_form, ten = any | digit_form;
struct Halves {
    uint8_t upper[16], lower[16];
};
alignas(16) constexpr Halves halves[3] = {
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, styled, 0, of_lead, styled},
     {styled, 0, sign | joiner | styled, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, forms | small_form | mark}},
    {{0, 0, 0, 0, 0, 0, 0, 0, sign | joiner, sign | styled, styled, forms | small_form | mark, 0, 0, 0, 0},
     {joiner, sign, 0, sign, 0, 0, 0, 0, 0, 0, 0, mark, forms, small_form | styled, 0, 0}},
    {{rest, rest, rest, rest, rest, rest, rest, rest, rest | stop_form | joiner, rest | digit_form, any, any, rest, rest, rest, rest},
     {ten, ten, ten, ten, ten, ten, ten, ten, ten, ten, any, any | joiner, any | joiner, any | joiner, any | stop_form, any}}};

SHOUXIN_AVX2 inline __m256i table(const uint8_t* sixteen) {
    return _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(sixteen)));
}
SHOUXIN_AVX2 inline __m256i bits(__m256i bytes, __m256i upper, __m256i lower) {
    const __m256i half = _mm256_set1_epi8(15);
    return _mm256_and_si256(_mm256_shuffle_epi8(upper, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), half)),
                            _mm256_shuffle_epi8(lower, _mm256_and_si256(bytes, half)));
}

// From i on the first place that may hold a telling character, or one of the last 33 (65).
SHOUXIN_AVX2 int64_t pass_with_avx2(View v, int64_t i) {
    const __m256i upper[] = {table(halves[0].upper), table(halves[1].upper), table(halves[2].upper)};
    const __m256i lower[] = {table(halves[0].lower), table(halves[1].lower), table(halves[2].lower)};
    for (; i + 34 <= v.n; i += 32) {
        __m256i common = bits(load(v.s + i), upper[0], lower[0]);
        for (int k = 1; k < 3; k++) common = _mm256_and_si256(common, bits(load(v.s + i + k), upper[k], lower[k]));
        auto plain = static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(common, _mm256_setzero_si256())));
        if (~plain) return i + __builtin_ctz(~plain);
    }
    return i;
}

SHOUXIN_AVX512 inline __m512i wider(const uint8_t* sixteen) {
    return _mm512_broadcast_i32x4(_mm_load_si128(reinterpret_cast<const __m128i*>(sixteen)));
}
SHOUXIN_AVX512 inline __m512i wider_bits(const uint8_t* s, __m512i upper, __m512i lower) {
    const __m512i bytes = _mm512_loadu_si512(s), half = _mm512_set1_epi8(15);
    return _mm512_and_si512(_mm512_shuffle_epi8(upper, _mm512_and_si512(_mm512_srli_epi16(bytes, 4), half)),
                            _mm512_shuffle_epi8(lower, _mm512_and_si512(bytes, half)));
}
SHOUXIN_AVX512 int64_t pass_with_avx512(View v, int64_t i) {
    const __m512i upper[] = {wider(halves[0].upper), wider(halves[1].upper), wider(halves[2].upper)};
    const __m512i lower[] = {wider(halves[0].lower), wider(halves[1].lower), wider(halves[2].lower)};
    for (; i + 66 <= v.n; i += 64) {
        const __m512i two = _mm512_and_si512(wider_bits(v.s + i, upper[0], lower[0]), wider_bits(v.s + i + 1, upper[1], lower[1]));
        const uint64_t telling = _mm512_test_epi8_mask(two, wider_bits(v.s + i + 2, upper[2], lower[2]));
        if (telling) return i + __builtin_ctzll(telling);
    }
    return i;
}
int64_t pass_nothing(View, int64_t i) { return i; }
const auto pass_plain = has_avx512() ? pass_with_avx512 : has_avx2() ? pass_with_avx2 : pass_nothing;
#endif

bool leads(uint8_t c) { return c == 0xC2 || c == 0xE2 || c == 0xEF || c == 0xF0; }

// From i on, the first telling character, or v.n.
int64_t next_telling(View v, int64_t i, const Folded& result, int64_t kept) {
    for (; i < v.n; i++) {
        if (!leads(v.s[i])) {
#ifdef SHOUXIN_X86
            i = pass_plain(v, i + 1) - 1;
#endif
            continue;
        }
        uint8_t before = i > kept ? v[i - 1] : result.text.empty() ? 0 : static_cast<uint8_t>(result.text.back());
        if (character(v, i, before).telling) break;
    }
    return i;
}

// A wide sign that is folded only beside a wide letter or digit: －, ：, （.
bool wide_sign(View v, int64_t i) {
    return v[i] == 0xEF && wide(v, i).plain > 0 && !wide(v, i).telling;
}

}  // namespace

bool foldable(View v) { return next_telling(v, 0, Folded(), 0) < v.n; }

Folded fold(View v) {
    Folded result;
    int64_t kept = 0, at = next_telling(v, 0, result, 0);
    if (at >= v.n) return result;
    result.any = true;
    result.text.reserve(static_cast<size_t>(v.n));
    auto mark = [&](int64_t original) {
        result.folded.push_back(static_cast<int64_t>(result.text.size()));
        result.original.push_back(original);
    };
    mark(0);
    auto put = [&](int64_t i, Character c) {
        result.text.append(reinterpret_cast<const char*>(v.s + kept), static_cast<size_t>(i - kept));
        if (kept < i || result.text.empty()) mark(i);
        if (c.plain) result.text.push_back(static_cast<char>(c.plain));
        kept = i + c.length;
        mark(kept);
    };
    while (at < v.n) {
        uint8_t before = at > kept ? v[at - 1] : result.text.empty() ? 0 : static_cast<uint8_t>(result.text.back());
        Character c = character(v, at, before);
        bool is_wide = v[at] == 0xEF && c.plain;
        if (is_wide && at - 3 >= kept && wide_sign(v, at - 3)) put(at - 3, wide(v, at - 3));
        put(at, c);
        for (uint8_t plain; is_wide && (plain = wide_letter(three(v, kept)));) {  // the rest of a number
            result.text.push_back(static_cast<char>(plain));
            mark(kept += 3);
        }
        if (is_wide && wide_sign(v, kept)) put(kept, wide(v, kept));
        at = next_telling(v, kept, result, kept);
    }
    result.text.append(reinterpret_cast<const char*>(v.s + kept), static_cast<size_t>(v.n - kept));
    return result;
}

}  // namespace shouxin
