// Names and addresses of a whole text, line by line.
#pragma once
#include <cstdint>
#include <vector>

#include "addresses.hpp"
#include "reader.hpp"

namespace shouxin {

// A place in a text, by bytes; `value` is the weight of a name or the level of an address.
struct Stretch {
    int64_t start, end;
    int32_t value;
};

struct Prose {
    std::vector<Stretch> names, addresses;
};

// `identifiers` are in order, do not overlap, and no address reaches into one.
Prose read_prose(const Lexicon& lexicon, const uint8_t* s, size_t n, const std::vector<Stretch>& identifiers, bool with_names,
                 bool with_addresses);

}  // namespace shouxin
