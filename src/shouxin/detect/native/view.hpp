// A text as bytes, with a zero outside it, and the classes of its bytes. ASCII only: a Han character is no word character.
#pragma once
#include <cstdint>
#include <cstring>

namespace shouxin {

struct View {
    const uint8_t* s;
    int64_t n;
    uint8_t operator[](int64_t i) const { return static_cast<uint64_t>(i) < static_cast<uint64_t>(n) ? s[i] : 0; }
};

// A run of ASCII letters and digits, [begin, end), with the number of its digits.
struct Run {
    int64_t begin, end, digits;
    int64_t length() const { return end - begin; }
};

inline bool digit(uint8_t c) { return static_cast<uint8_t>(c - '0') < 10; }
inline bool upper(uint8_t c) { return static_cast<uint8_t>(c - 'A') < 26; }
inline bool lower(uint8_t c) { return static_cast<uint8_t>(c - 'a') < 26; }
inline bool letter(uint8_t c) { return static_cast<uint8_t>((c | 32) - 'a') < 26; }
inline bool alnum(uint8_t c) { return digit(c) | letter(c); }
inline bool hex(uint8_t c) { return digit(c) | (static_cast<uint8_t>((c | 32) - 'a') < 6); }
inline uint8_t lowered(uint8_t c) { return upper(c) ? c + 32 : c; }
inline uint8_t raised(uint8_t c) { return lower(c) ? c - 32 : c; }
inline bool symbol(uint8_t c) { return c == '!' || c == '@' || c == '#' || c == '$' || c == '%' || c == '^' || c == '&' || c == '*'; }
// Whether a byte begins a Han character of the usual plane.
inline bool leads_han(uint8_t c) { return static_cast<uint8_t>(c - 0xE4) < 6; }
inline bool continues(uint8_t c) { return (c & 0xC0) == 0x80; }

// The value of the decimal digits [from, to) of a run; at most 18 of them.
inline int64_t number(View v, int64_t from, int64_t to) {
    int64_t value = 0;
    for (int64_t i = from; i < to; i++) value = value * 10 + (v.s[i] - '0');
    return value;
}

// Eight bytes in one, the first lowest.
inline uint64_t eight(const uint8_t* s) {
    uint64_t bytes;
    std::memcpy(&bytes, s, 8);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    bytes = __builtin_bswap64(bytes);
#endif
    return bytes;
}

// How many decimal digits begin at i.
inline int64_t digits_at(View v, int64_t i) {
    int64_t from = i;
    if (i < 0) return 0;
    for (; i + 8 <= v.n; i += 8) {
        uint64_t other = eight(v.s + i) ^ 0x3030303030303030;  // digits are now below ten
        other = (other | ((other & 0x7F7F7F7F7F7F7F7F) + 0x7676767676767676)) & 0x8080808080808080;
        if (other) return i + __builtin_ctzll(other) / 8 - from;
    }
    while (digit(v[i])) i++;
    return i - from;
}

// Three bytes in one: a Han character or a sign of full width.
constexpr uint32_t three(const char (&sign)[4]) {
    return static_cast<uint32_t>(static_cast<uint8_t>(sign[0])) | static_cast<uint32_t>(static_cast<uint8_t>(sign[1])) << 8 |
           static_cast<uint32_t>(static_cast<uint8_t>(sign[2])) << 16;
}
// Those at i, or 0 where not all of them are text.
inline uint32_t three(View v, int64_t i) {
    if (i < 0 || i + 3 > v.n) return 0;
    return static_cast<uint32_t>(v.s[i]) | static_cast<uint32_t>(v.s[i + 1]) << 8 | static_cast<uint32_t>(v.s[i + 2]) << 16;
}

// Whether the literal stands at i.
template <int size>
bool stands(View v, int64_t i, const char (&literal)[size]) {
    if constexpr (size == 4) return three(v, i) == three(literal);
    for (int k = 0; k + 1 < size; k++)
        if (v[i + k] != static_cast<uint8_t>(literal[k])) return false;
    return true;
}

}  // namespace shouxin
