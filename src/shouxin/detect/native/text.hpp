// UTF-8 as one unit a character, a line at a time, with the way back to the bytes.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace shouxin {

using Text = std::u16string_view;

inline bool han(char16_t c) { return (c >= 0x4e00 && c <= 0x9fff) || c == u'〇'; }
inline bool ascii_digit(char16_t c) { return c >= u'0' && c <= u'9'; }
inline bool ascii_letter(char16_t c) { return c < 128 && (c | 32) >= u'a' && (c | 32) <= u'z'; }
inline bool ascii_alnum(char16_t c) { return ascii_digit(c) || ascii_letter(c); }
bool white(char16_t c);  // as `\s` of Python's patterns

// The characters of three bytes each with which a text of `n` bytes begins, as nearly all of Chinese is, four at a time:
// at most `room`, with where each begins, counted from `at`. Returns how many; none where the processor cannot.
// What stands behind them in `out` and `byte` may be written over.
size_t in_fours(const uint8_t* s, size_t n, size_t room, char16_t* out, uint32_t* byte, uint32_t at);

// Whether the sign, which is not empty, stands somewhere in the text.
bool holds(std::string_view text, std::string_view sign);

// Characters of the first plane, a bit each.
class Characters {
  public:
    explicit Characters(Text members) {
        for (char16_t c : members) bits_[c >> 6] |= uint64_t{1} << (c & 63);
    }
    bool has(char16_t c) const { return bits_[c >> 6] >> (c & 63) & 1; }

  private:
    uint64_t bits_[1024] = {};
};

// Characters outside the first plane and bytes that are no UTF-8 become one unit each that is in no table.
class Units {
  public:
    static constexpr char16_t strange = 0xfffd;
    static constexpr size_t behind = 3;  // characters behind a line that can be read, and mean nothing
    static constexpr size_t longest = 1 << 16;  // a longer line is read in pieces; names/tagger.py has the same number
    explicit Units(size_t size) : room_(size < longest ? size : longest), text_(new char16_t[room_ + 1 + behind]()), bytes_(new uint32_t[room_ + 1]) {}

    // Reads the line that begins at `from`, its end included; returns where the next one begins.
    size_t read_line(const uint8_t* s, size_t n, size_t from);
    Text text() const { return {text_.get(), count_}; }
    // Where a character of the line begins; for the number of characters, where the line ends.
    int64_t byte(size_t at) const { return static_cast<int64_t>(from_ + bytes_[at]); }
    // Whether the line holds a character above U+2FFF: a Han character or a full-width one.
    bool wide() const { return highest_ > 0x2fff; }

  private:
    size_t room_, count_ = 0, from_ = 0;
    char16_t highest_ = 0;
    std::unique_ptr<char16_t[]> text_;
    std::unique_ptr<uint32_t[]> bytes_;
};

std::u16string units_of(const std::string& text);

}  // namespace shouxin
