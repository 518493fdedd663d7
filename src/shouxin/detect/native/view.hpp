// A text as bytes, with a zero outside it, and the classes of its bytes. ASCII only: a Han character is no word character.
#pragma once
#include <cstdint>

namespace shouxin {

struct View {
    const uint8_t* s;
    int64_t n;
    uint8_t operator[](int64_t i) const { return static_cast<uint64_t>(i) < static_cast<uint64_t>(n) ? s[i] : 0; }
};

// A run of ASCII letters and digits, [begin, end), with the number of its digits.
struct Run {
    int64_t begin, end;
    int digits;
    int64_t length() const { return end - begin; }
};

inline bool digit(uint8_t c) { return static_cast<uint8_t>(c - '0') < 10; }
inline bool upper(uint8_t c) { return static_cast<uint8_t>(c - 'A') < 26; }
inline bool lower(uint8_t c) { return static_cast<uint8_t>(c - 'a') < 26; }
inline bool letter(uint8_t c) { return static_cast<uint8_t>((c | 32) - 'a') < 26; }
inline bool alnum(uint8_t c) { return digit(c) || letter(c); }
inline bool hex(uint8_t c) { return digit(c) || static_cast<uint8_t>((c | 32) - 'a') < 6; }
inline uint8_t lowered(uint8_t c) { return upper(c) ? c + 32 : c; }
inline uint8_t raised(uint8_t c) { return lower(c) ? c - 32 : c; }
inline bool continues(uint8_t c) { return (c & 0xC0) == 0x80; }

// The value of the decimal digits [from, to); at most 18 of them.
inline int64_t number(View v, int64_t from, int64_t to) {
    int64_t value = 0;
    for (int64_t i = from; i < to; i++) value = value * 10 + (v[i] - '0');
    return value;
}

// How many decimal digits begin at i.
inline int64_t digits_at(View v, int64_t i) {
    int64_t from = i;
    while (digit(v[i])) i++;
    return i - from;
}

// Whether the literal stands at i.
template <int size>
bool stands(View v, int64_t i, const char (&literal)[size]) {
    for (int k = 0; k + 1 < size; k++)
        if (v[i + k] != static_cast<uint8_t>(literal[k])) return false;
    return true;
}

}  // namespace shouxin
