#include "tables.hpp"

#include <algorithm>

#include "processor.hpp"

namespace shouxin {

namespace {

std::vector<bool> set_of(const std::vector<int>& codes, size_t size) {
    std::vector<bool> set(size);
    for (int code : codes) set.at(static_cast<size_t>(code)) = true;
    return set;
}

View view(const std::string& text) { return {reinterpret_cast<const uint8_t*>(text.data()), static_cast<int64_t>(text.size())}; }

}  // namespace

Tables::Tables(const std::vector<float>& scores, std::vector<Word> words, std::vector<int> regions, std::vector<int> mobiles,
               std::vector<int> areas, std::vector<int> countries, std::vector<CardRange> cards,
               std::vector<std::string> plates, std::vector<int> networks, std::vector<Unit> units)
    : words_(std::move(words)),
      regions_(set_of(regions, 100)),
      mobiles_(set_of(mobiles, 1000)),
      areas_(set_of(areas, 10000)),
      countries_(set_of(countries, 1000)),
      networks_(set_of(networks, 100)),
      cards_(std::move(cards)),
      units_(std::move(units)) {
    for (size_t i = 0; i < scores.size(); i++)
        scores_.push_back({scores[i], scores[i | evidence::context], std::min(scores[i | evidence::other], scores[i | evidence::against])});
    for (const Unit& unit : units_) beginnings_.set(beginning(view(unit.text), 0));
    std::stable_sort(words_.begin(), words_.end(),
                     [](const Word& a, const Word& b) { return a.text.size() > b.text.size(); });
    for (const std::string& one : plates) plates_[character(view(one).s + 1)] |= static_cast<uint16_t>(1 << (view(one)[0] & 15));
    for (const char* mark : label_marks) closes_.set(character(reinterpret_cast<const uint8_t*>(mark) + 1));
    for (size_t i = 0; i < words_.size(); i++) {
        View text = view(words_[i].text);
        first_.add(head(text, 0), static_cast<uint16_t>(i));
        last_.add(tail(text, text.n), static_cast<uint16_t>(i));
        if (text[text.n - 1] >= 0x80 && words_[i].announces & labelled) closes_.set(character(text.s + text.n - 2));
    }
}

void Tables::Index::add(uint16_t key, uint16_t word) {
    bits[key >> 5] |= 1u << (key & 31);
    words[key].push_back(word);
}

bool Tables::card(int64_t six_digits, int length) const {
    for (const CardRange& range : cards_)
        if (six_digits >= range.low && six_digits <= range.high && range.lengths >> length & 1) return true;
    return false;
}

#ifdef SHOUXIN_X86
namespace {

SHOUXIN_AVX2 inline __m256i all(uint32_t value) { return _mm256_set1_epi32(static_cast<int>(value)); }
SHOUXIN_AVX2 inline __m256i masked(__m256i value, uint32_t mask) { return _mm256_and_si256(value, all(mask)); }
SHOUXIN_AVX2 inline __m256i times(__m256i value, uint32_t factor) { return _mm256_mullo_epi32(value, all(factor)); }
SHOUXIN_AVX2 inline __m256i is(__m256i value, uint32_t other) { return _mm256_cmpeq_epi32(value, all(other)); }
SHOUXIN_AVX2 inline __m256i spread(__m256i bytes, int first, int second) {  // three bytes a lane, from `first` and from `second` on
    const __m256i lanes = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1));
    const __m256i from = _mm256_inserti128_si256(_mm256_set1_epi8(static_cast<char>(first)), _mm_set1_epi8(static_cast<char>(second)), 1);
    return _mm256_shuffle_epi8(bytes, _mm256_add_epi8(lanes, masked(from, 0x00FFFFFF)));
}

// `bits` are those of words by their first two characters; three bytes behind `end` may be read.
SHOUXIN_AVX2 int64_t quiet(const uint8_t* end, const uint32_t* bits, uint32_t one, uint32_t other) {
    const auto sixteen = [end](int64_t from) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(end + from)); };
    const __m256i bytes = _mm256_inserti128_si256(_mm256_castsi128_si256(sixteen(-24)), sixteen(-13), 1);
    const __m256i here = spread(bytes, 0, 1), next = spread(bytes, 3, 4);
    const __m256i key = _mm256_srli_epi32(_mm256_add_epi32(times(here, one), times(next, other)), 16);
    const __m256i word = _mm256_i32gather_epi32(reinterpret_cast<const int*>(bits), _mm256_srli_epi32(key, 5), 4);
    __m256i tells = _mm256_sllv_epi32(word, _mm256_andnot_si256(key, all(31)));  // the highest bit of a lane
    for (const uint32_t parting : partings) tells = _mm256_or_si256(tells, is(here, parting));
    tells = _mm256_or_si256(tells, _mm256_xor_si256(is(masked(here, 0xC0C0F0), 0x8080E0), all(~0u)));
    const auto lanes = static_cast<uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(tells)));
    return lanes ? __builtin_clz(lanes) - 24 : 8;
}
const bool can_gather = has_avx2();

}  // namespace

int64_t Tables::quiet_before(View v, int64_t at) const {
    return can_gather && at >= 24 && at + 3 <= v.n ? quiet(v.s + at, first_.bits.data(), one, other) : 0;
}
#else
int64_t Tables::quiet_before(View, int64_t) const { return 0; }
#endif

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
