// Digits in groups: spaces, hyphens, dots, underscores or one line break inside a number.
#pragma once
#include <algorithm>
#include <cstdint>

#include "view.hpp"

namespace shouxin {

enum class Sep : uint8_t { none, space, hyphen, dot, newline, underscore };

// The separator at i and its length.
struct Separator {
    Sep kind;
    int length;
};
Separator separator(View v, int64_t i);
// The same, or an underscore.
inline Separator joint(View v, int64_t i) { return v[i] == '_' ? Separator{Sep::underscore, 1} : separator(v, i); }

struct Groups {
    static constexpr int most = 8, most_digits = 24;
    int count = 0;
    int64_t begin[most], end[most];
    Sep after[most];               // the separator behind each group that another group follows
    int digits[most];              // how many digits up to and with each group
    uint8_t text[most_digits + 1];  // all digits, and an X at the end of a resident number

    // The lengths of the first `n` groups as hexadecimal digits: 138-1234-5678 is 0x344.
    uint64_t shape(int n) const;
    bool holds(Sep sep, int n) const { return std::find(after, after + n - 1, sep) != after + n - 1; }
    // Whether the group behind the first n is the extension of a fixed line.
    bool extends(int n) const { return n < count && after[n - 1] == Sep::hyphen && digits[n] - digits[n - 1] <= 6; }
    bool broken(int n) const { return holds(Sep::newline, n); }  // whether a line break stands inside the first n groups
};

// Groups from `begin` on, with one separator throughout, but for one line break.
Groups gather(View v, int64_t begin);

}  // namespace shouxin
