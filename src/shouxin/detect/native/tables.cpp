#include "tables.hpp"

#include <algorithm>

namespace shouxin {

namespace {

std::vector<bool> set_of(const std::vector<int>& codes, size_t size) {
    std::vector<bool> set(size);
    for (int code : codes) set.at(static_cast<size_t>(code)) = true;
    return set;
}

View view(const std::string& text) { return {reinterpret_cast<const uint8_t*>(text.data()), static_cast<int64_t>(text.size())}; }

}  // namespace

Tables::Tables(std::vector<float> scores, std::vector<Word> words, std::vector<int> regions, std::vector<int> mobiles,
               std::vector<int> areas, std::vector<int> countries, std::vector<CardRange> cards,
               std::vector<std::string> plates, std::vector<int> networks, std::vector<Unit> units)
    : scores_(std::move(scores)),
      words_(std::move(words)),
      regions_(set_of(regions, 100)),
      mobiles_(set_of(mobiles, 1000)),
      areas_(set_of(areas, 10000)),
      countries_(set_of(countries, 1000)),
      networks_(set_of(networks, 100)),
      cards_(std::move(cards)),
      plates_(std::move(plates)),
      units_(std::move(units)) {
    for (const Unit& unit : units_) beginnings_.set(pair(view(unit.text), 0));
    std::stable_sort(words_.begin(), words_.end(),
                     [](const Word& a, const Word& b) { return a.text.size() > b.text.size(); });
    for (const std::string& one : plates_) registers_.set(character(view(one).s + 1));
    for (const char* mark : label_marks) closes_.set(character(reinterpret_cast<const uint8_t*>(mark) + 1));
    for (size_t i = 0; i < words_.size(); i++) {
        View text = view(words_[i].text);
        first_.add(head(text, 0), static_cast<uint16_t>(i));
        last_.add(tail(text, text.n), static_cast<uint16_t>(i));
        if (text[0] >= 0x80) opens_.set(character(text.s + 1));
        if (text[text.n - 1] >= 0x80 && words_[i].announces & labelled) closes_.set(character(text.s + text.n - 2));
    }
}

void Tables::Index::add(uint16_t key, uint16_t word) {
    bits[key >> 6] |= 1ull << (key & 63);
    words[key].push_back(word);
}

bool Tables::card(int64_t six_digits, int length) const {
    for (const CardRange& range : cards_)
        if (six_digits >= range.low && six_digits <= range.high && range.lengths >> length & 1) return true;
    return false;
}

bool Tables::plate(View v, int64_t i) const {
    if (i < 0 || !registers_[character(v.s + i + 1)]) return false;
    for (const std::string& character : plates_)
        if (v[i] == static_cast<uint8_t>(character[0]) && v[i + 1] == static_cast<uint8_t>(character[1]) &&
            v[i + 2] == static_cast<uint8_t>(character[2]))
            return true;
    return false;
}

// Whether the word stands at `from` and, where it is made of letters, as a word of its own (or of camelCase).
bool Tables::whole(View v, int64_t from, const Word& word) const {
    int64_t size = static_cast<int64_t>(word.text.size());
    for (int64_t k = 0; k < size; k++)
        if (lowered(v[from + k]) != static_cast<uint8_t>(word.text[static_cast<size_t>(k)])) return false;
    uint8_t before = v[from - 1], head = v[from], tail = v[from + size - 1], after = v[from + size];
    if (letter(head) && letter(before) && !(upper(head) && lower(before))) return false;
    return !(letter(tail) && letter(after) && !(lower(tail) && upper(after)));
}

uint64_t Tables::denied_by_listed(View v, int64_t at) const {
    for (const Unit& unit : units_) {
        const int64_t size = static_cast<int64_t>(unit.text.size());
        int64_t k = 0;
        while (k < size && lowered(v[at + k]) == static_cast<uint8_t>(unit.text[static_cast<size_t>(k)])) k++;
        const bool whole = !(alnum(v[at + size - 1]) && alnum(v[at + size]));
        if (k == size && whole && !(unit.closes && leads_han(v[at + size]))) return unit.against;
    }
    return 0;
}

const Word* Tables::begins_listed(View v, int64_t i, int64_t limit, uint16_t key) const {
    for (uint16_t index : first_.words[key]) {
        const Word& word = words_[index];
        if (i + static_cast<int64_t>(word.text.size()) <= limit && whole(v, i, word)) return &word;
    }
    return nullptr;
}

const Word* Tables::ends_listed(View v, int64_t end, uint16_t key) const {
    for (uint16_t index : last_.words[key]) {
        const Word& word = words_[index];
        if (end >= static_cast<int64_t>(word.text.size()) && whole(v, end - static_cast<int64_t>(word.text.size()), word))
            return &word;
    }
    return nullptr;
}

}  // namespace shouxin
