// Places of a text with what they are, and which of those that overlap are kept.
#pragma once
#include <cstdint>
#include <vector>

#include "kinds.hpp"

namespace shouxin {

struct Span {
    int64_t start, end;
    Kind kind;
    uint8_t rank;  // of what overlaps, the lower is kept
    float score;
};

// Takes away what overlaps something better; the starts ascend. The same as detect/overlaps.py.
void keep_apart(std::vector<Span>& spans);

}  // namespace shouxin
