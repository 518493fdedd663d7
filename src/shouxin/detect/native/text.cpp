// The characters of UTF-8, well formed or not.
#include "text.hpp"

#include <algorithm>
#include <cstring>

namespace shouxin {

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
