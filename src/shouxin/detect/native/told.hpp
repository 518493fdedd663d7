// What only words tell: matters said of a person, and organisations; the same as detect/categories.
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "prose.hpp"
#include "spans.hpp"
#include "terms.hpp"
#include "view.hpp"

namespace shouxin {

// What each term means, by its number; categories/vocabulary.py gives it.
struct Vocabulary {
    enum : uint8_t { ends = 1, comma = 2, sure = 4, perhaps = 8, general = 16, bound = 32, wants_number = 64, age = 128 };
    static constexpr uint8_t nothing = 255;
    std::vector<uint8_t> role, topic, label;
    std::vector<float> weight;
    std::vector<uint64_t> acts, against;          // bits of kinds
    std::vector<std::array<double, 4>> reasons;   // by kind: what a person, a likely one, an act, and general speech add
    double bare = 0;                              // what an organisation without a name loses
};

// An age, or the value behind a label: categories/ages.py and labels.py read them.
struct Value {
    int64_t start, end;
    Kind kind;
    float weight;
};

using Hits = std::vector<Terms::Hit>;

// What is said of somebody, in order; `names` are those of people.
std::vector<Span> statements(const Vocabulary& words, View text, const Hits& hits, const std::vector<Stretch>& names, const std::vector<Value>& values);
// The organisations, in order; a name of a person ends before one, and an address may begin it.
std::vector<Span> organisations(const Vocabulary& words, const Hits& hits, const std::vector<Stretch>& names, const std::vector<Stretch>& addresses);

}  // namespace shouxin
