// The characters of UTF-8, well formed or not.
#include "text.hpp"

#include <algorithm>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace shouxin {

#if defined(__x86_64__)
namespace {

__attribute__((target("ssse3"))) size_t shuffled(const uint8_t* s, size_t n, size_t room, char16_t* out, uint32_t* byte, uint32_t at) {
    const __m128i lanes = _mm_setr_epi8(0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1);
    const __m128i halves = _mm_setr_epi8(0, 1, 4, 5, 8, 9, 12, 13, -1, -1, -1, -1, -1, -1, -1, -1);
    size_t count = 0;
    for (; count + 4 <= room && n >= count * 3 + 16; count += 4) {
        const __m128i bytes = _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(s + count * 3)), lanes);
        auto masked = [&](__m128i value, int mask) __attribute__((target("ssse3"))) { return _mm_and_si128(value, _mm_set1_epi32(mask)); };
        const __m128i unit = _mm_or_si128(_mm_or_si128(masked(_mm_slli_epi32(bytes, 12), 0xf000), masked(_mm_srli_epi32(bytes, 2), 0xfc0)),
                                          masked(_mm_srli_epi32(bytes, 16), 0x3f));
        const __m128i shaped = _mm_cmpeq_epi32(masked(bytes, 0xc0c0f0), _mm_set1_epi32(0x8080e0));
        const __m128i longer = _mm_cmpgt_epi32(unit, _mm_set1_epi32(0x7ff));
        const __m128i surrogate = _mm_cmpeq_epi32(masked(unit, 0xf800), _mm_set1_epi32(0xd800));
        const auto others = static_cast<uint32_t>(~_mm_movemask_epi8(_mm_andnot_si128(surrogate, _mm_and_si128(shaped, longer)))) & 0xffff;
        _mm_storel_epi64(reinterpret_cast<__m128i*>(out + count), _mm_shuffle_epi8(unit, halves));
        const __m128i places = _mm_add_epi32(_mm_set1_epi32(static_cast<int>(at + count * 3)), _mm_setr_epi32(0, 3, 6, 9));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(byte + count), places);
        if (others) return count + static_cast<size_t>(__builtin_ctz(others)) / 4;
    }
    return count;
}

const bool can_shuffle = __builtin_cpu_supports("ssse3");

}  // namespace

size_t in_fours(const uint8_t* s, size_t n, size_t room, char16_t* out, uint32_t* byte, uint32_t at) {
    return can_shuffle ? shuffled(s, n, room, out, byte, at) : 0;
}
#else
size_t in_fours(const uint8_t*, size_t, size_t, char16_t*, uint32_t*, uint32_t) { return 0; }
#endif

#if defined(__x86_64__)
namespace {

const bool can_avx2 = __builtin_cpu_supports("avx2");

// Looks at 32 places at a time, and leaves `at` where that ends.
__attribute__((target("avx2"))) bool holds_wide(std::string_view text, std::string_view sign, size_t& at) {
    const __m256i first = _mm256_set1_epi8(sign.front()), last = _mm256_set1_epi8(sign.back());
    for (; at + sign.size() + 31 <= text.size(); at += 32) {
        const auto* place = reinterpret_cast<const __m256i*>(text.data() + at);
        const auto* behind = reinterpret_cast<const __m256i*>(text.data() + at + sign.size() - 1);
        const __m256i both = _mm256_and_si256(_mm256_cmpeq_epi8(_mm256_loadu_si256(place), first), _mm256_cmpeq_epi8(_mm256_loadu_si256(behind), last));
        for (auto places = static_cast<uint32_t>(_mm256_movemask_epi8(both)); places; places &= places - 1)
            if (text.substr(at + static_cast<size_t>(__builtin_ctz(places)), sign.size()) == sign) return true;
    }
    return false;
}

}  // namespace
#endif

bool holds(std::string_view text, std::string_view sign) {
    size_t at = 0;
#if defined(__x86_64__)  // the first byte and the last, many places at a time
    if (can_avx2 && holds_wide(text, sign, at)) return true;
    const __m128i first = _mm_set1_epi8(sign.front()), last = _mm_set1_epi8(sign.back());
    auto load = [&](size_t place) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + place)); };
    for (; at + sign.size() + 15 <= text.size(); at += 16) {
        const __m128i both = _mm_and_si128(_mm_cmpeq_epi8(load(at), first), _mm_cmpeq_epi8(load(at + sign.size() - 1), last));
        for (auto places = static_cast<uint32_t>(_mm_movemask_epi8(both)); places; places &= places - 1)
            if (text.substr(at + static_cast<size_t>(__builtin_ctz(places)), sign.size()) == sign) return true;
    }
#endif
    return text.find(sign, at) != text.npos;
}

bool white(char16_t c) {
    if (c <= 0x20) return c == 0x20 || (c >= 9 && c <= 13) || (c >= 0x1c && c <= 0x1f);
    return c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
           c == 0x205f || c == 0x3000;
}

namespace {

bool follows(uint8_t c) { return (c & 0xc0) == 0x80; }

// The character of three bytes from U+0800 to U+D7FF that begins here, as nearly all of a Chinese text; else 0.
inline char16_t common(const uint8_t* s) {
    uint32_t bytes;
    std::memcpy(&bytes, s, 4);
    if ((bytes & 0xc0c0f0) != 0x8080e0) return 0;
    const uint32_t unit = (bytes & 15) << 12 | (bytes >> 2 & 0xfc0) | (bytes >> 16 & 63);
    return unit - 0x800 < 0xd000 ? static_cast<char16_t>(unit) : u'\0';
}

// The character at i and its length; a byte that begins none stands alone.
char16_t character(const uint8_t* s, size_t i, size_t n, uint32_t& length) {
    uint8_t c = s[i];
    size_t left = n - i;
    if (c >= 0xe0 && c < 0xf0 && left > 2 && follows(s[i + 1]) && follows(s[i + 2])) {
        auto unit = static_cast<char16_t>((c & 15) << 12 | (s[i + 1] & 63) << 6 | (s[i + 2] & 63));
        if (unit >= 0x800 && (unit < 0xd800 || unit > 0xdfff)) return length = 3, unit;
    } else if (c >= 0xc2 && c < 0xe0 && left > 1 && follows(s[i + 1])) {
        return length = 2, static_cast<char16_t>((c & 31) << 6 | (s[i + 1] & 63));
    } else if (c >= 0xf0 && c < 0xf5 && left > 3 && follows(s[i + 1]) && follows(s[i + 2]) && follows(s[i + 3])) {
        uint32_t point = (c & 7u) << 18 | (s[i + 1] & 63u) << 12;
        if (point >= 0x10000 && point < 0x110000) return length = 4, Units::strange;
    }
    return length = 1, c < 0x80 ? static_cast<char16_t>(c) : Units::strange;
}

}  // namespace

size_t Units::read_line(const uint8_t* s, size_t n, size_t from) {
    char16_t* out = text_.get();
    uint32_t* byte = bytes_.get();
    size_t i = from, count = 0;
    char16_t highest = 0;
    for (const size_t most = room_; i < n && count < most; count++) {
        if (s[i] >= 0xe3)
            if (size_t some = in_fours(s + i, n - i, most - count, out + count, byte + count, static_cast<uint32_t>(i - from))) {
                highest = std::max(highest, out[count]);
                count += some, i += 3 * some;
                if (i == n || count == most) break;
            }
        byte[count] = static_cast<uint32_t>(i - from);
        char16_t unit = s[i];
        if (char16_t wide; unit >= 0xe0 && n - i > 3 && (wide = common(s + i))) {
            out[count] = wide;
            highest = std::max(highest, wide);
            i += 3;
        } else if (unit < 0x80) {
            out[count] = unit;
            i++;
            if (unit == u'\n') {
                count++;
                break;
            }
        } else {
            uint32_t length = 1;
            out[count] = unit = character(s, i, n, length);
            if (unit != strange) highest = std::max(highest, unit);
            i += length;
        }
    }
    byte[count] = static_cast<uint32_t>(i - from);
    from_ = from, count_ = count, highest_ = highest;
    return i;
}

std::u16string units_of(const std::string& text) {
    std::u16string made;
    for (size_t i = 0; i < text.size();) {
        uint32_t length = 1;
        made.push_back(character(reinterpret_cast<const uint8_t*>(text.data()), i, text.size(), length));
        i += length;
    }
    return made;
}

}  // namespace shouxin
