// Wide and otherwise dressed-up letters and digits become plain ones; offsets can be led back.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "view.hpp"

namespace shouxin {

// Stretches of the folded text that lie unchanged, or as one character, in the original.
struct Folded {
    bool any = false;
    std::string text;
    std::vector<int64_t> folded, original;
};

// Whether anything in the text is folded.
bool foldable(View v);
Folded fold(View v);

}  // namespace shouxin
