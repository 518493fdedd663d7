// Names that are certain in one line of a text are looked for in its others.
#include "reader.hpp"

namespace shouxin {

void Known::add(Text name) {
    std::u16string made(name);
    if (name.size() > static_cast<size_t>(lex_.again_longest) || names_.count(made)) return;
    lengths_[lex_.codes[name[0]]] |= 1u << name.size();
    pairs_[pair(name[0], name[1]) >> 6] |= uint64_t{1} << (pair(name[0], name[1]) & 63);
    names_.insert(std::move(made));
}

bool Known::has(Text text) const {
    return may_begin(text[0], text[1]) && text.size() <= static_cast<size_t>(lex_.again_longest) && lengths_[lex_.codes[text[0]]] >> text.size() & 1 && names_.count(std::u16string(text));
}

size_t Known::next(Text line, size_t from, const Name* first, const Name* last) const {
    const uint64_t* pairs = pairs_.data();
    constexpr size_t many = 64;
    uint16_t hashed[many];  // many pairs at a time, without a branch
    for (size_t begin = from; begin + 1 < line.size(); begin += many) {
        const char16_t* text = line.data() + begin;
        const size_t some = std::min(many, line.size() - 1 - begin);
        for (size_t i = 0; i < some; i++) hashed[i] = pair(text[i], text[i + 1]);
        for (size_t i = 0; i < some; i++) {
            if (!(pairs[hashed[i] >> 6] >> (hashed[i] & 63) & 1)) continue;
            const size_t at = begin + i;
            while (first != last && first->start < at) first++;
            for (uint32_t lengths = lengths_[lex_.codes[line[at]]]; lengths; lengths &= lengths - 1) {
                const size_t size = static_cast<size_t>(__builtin_ctz(lengths));
                if (size > line.size() - at) break;
                if (first != last && first->start == at && first->end == at + size) continue;
                if (names_.count(std::u16string(line.substr(at, size)))) return at;
            }
        }
    }
    return line.size();
}

}  // namespace shouxin
