// The tables of the readings as they are looked up.
#include "lexicon.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <tuple>

namespace shouxin {

namespace {

template <size_t size>
std::array<int, size> several(const Numbers& numbers, const char* name) {
    std::array<int, size> values{};
    const std::vector<int>& given = numbers.at(name);
    for (size_t i = 0; i < size; i++) values[i] = given.at(i);
    return values;
}

}  // namespace

void Lexicon::set(const Numbers& numbers) {
    auto one = [&](const char* name) { return numbers.at(name).at(0); };
    surname = several<6>(numbers, "surname");
    given_first = several<4>(numbers, "first");
    given_second = several<4>(numbers, "second");
    only = several<4>(numbers, "only");
    transliteration = several<3>(numbers, "transliteration");
    words = several<7>(numbers, "word");
    further = several<2>(numbers, "further");
    known = several<2>(numbers, "known");
    dot = several<2>(numbers, "dot");
    japanese_length = several<4>(numbers, "japanese_length");
    japanese_given = several<2>(numbers, "japanese_given");
    double_surname = one("double_surname"), two = one("two"), three = one("three"), following = one("following");
    is_word = one("is_word"), context = one("context"), label = one("label"), label_blank = one("label_blank");
    edge = one("edge"), both = one("both"), japanese = one("japanese");
    pair = one("pair"), doubled = one("doubled"), title = one("title"), listed = one("listed");
    nickname = one("nickname"), honorific = one("honorific"), somebody = one("somebody"), parts = one("parts"), part = one("part"), again = one("again"), again_longest = one("again_longest");
    cost = one("cost"), certain = one("certain");
}

void Lexicon::set_alphabet(const std::u16string& alphabet) {
    if (alphabet.size() >= 65534) throw std::invalid_argument("too many characters");
    for (size_t i = 0; i < alphabet.size(); i++) codes[alphabet[i]] = static_cast<Trie::Code>(i + 1);
    letters.assign(alphabet.size() + 2, Letter());
    for (char16_t c : alphabet)
        if (han(c)) letters[codes[c]].flags = Letter::chinese | Letter::may_name;
    letters.back().flags = Letter::chinese | Letter::may_name;
    for (size_t c = 0; c < codes.size(); c++)
        if (!codes[c] && han(static_cast<char16_t>(c))) codes[c] = static_cast<Trie::Code>(alphabet.size() + 1);
    letters[codes[u'《']].flags |= Letter::title;
}

void Lexicon::set_characters(const std::vector<Character>& characters) {
    for (const auto& [text, flags, surname, ambiguous, first, second] : characters) {
        Letter& letter = letters[codes[units_of(text).at(0)]];
        letter.flags |= static_cast<uint32_t>(flags);
        letter.surname = static_cast<int8_t>(surname), letter.first = first & 3, letter.second = second & 3;
        if (surname >= 0) letter.flags |= Letter::surnamed, letter.family = static_cast<int8_t>(this->surname[static_cast<size_t>(surname)] + ambiguous);
        if (letter.second == 3) letter.flags |= Letter::doubles;
        if (!letter.is(Letter::chinese | Letter::dot)) continue;
        letter.flags |= Letter::may_name;
        if (surname >= 0 || second == 3 || letter.is(Letter::small | Letter::typical | Letter::spelling)) letter.flags |= Letter::names;
        if (surname >= 0 || second == 3 || letter.is(Letter::small | Letter::typical | Letter::transliteration)) letter.flags |= Letter::alone;
    }
}

void Lexicon::settle() {
    auto weigh = [&](Letter& letter) {
        if (letter.is(Letter::chinese) && !letter.is(Letter::never)) letter.flags |= Letter::given;
        if (letter.is(Letter::polite)) letter.flags |= Letter::behind;
        const int follows = letter.is(Letter::follows) ? following : 0;
        if (!letter.is(Letter::given)) return;
        letter.as_first = static_cast<int8_t>(given_first[letter.first]);
        letter.as_second = static_cast<int8_t>(given_second[letter.second] + follows);
        letter.as_only = static_cast<int8_t>(only[std::max<size_t>(letter.first, letter.second)] + follows);
    };
    for (Letter& letter : letters) weigh(letter);
    letters[codes[u'某']].flags |= Letter::behind;
    constexpr uint8_t more = Entry::label | Entry::address | Entry::person | Entry::japanese | Entry::surname;
    for (size_t c = 0; c < codes.size(); c++) {
        if (codes[c] && letters[codes[c]].flags == Letter::opener && !trie.inside(codes[c])) letters[codes[c]].flags |= Letter::parts;
        const uint32_t node = codes[c] ? trie.next(0, codes[c]) : 0;
        if (!node) continue;
        Letter& letter = letters[codes[c]];
        letter.base = trie.base(node);
        if (trie.flags(node) & more || (trie.flags(node) && c < 128)) letter.flags |= Letter::entry;
        if (c < 128) continue;  // what stands in a word of letters is no entry
        letter.says = {static_cast<int8_t>(std::max(trie.entry(node).after * context, 0)), static_cast<int8_t>(std::max(trie.entry(node).before * context, 0))};
    }
    for (Letter& letter : letters)
        for (int8_t& side : letter.says)
            if (!side && letter.is(Letter::opener)) side = Letter::beside_edge;
}

void Lexicon::set_honorifics(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) honorifics.push_back(units_of(text));
}

void Lexicon::set_endings(Endings& endings, uint8_t bit, const std::vector<std::string>& texts) {
    endings.bit = bit;
    endings.first.resize(letters.size());
    for (const std::string& text : texts) {
        std::u16string whole = units_of(text);
        size_t mark = whole.find(u'!');
        Endings::One one{whole.substr(0, mark), mark == std::u16string::npos ? char16_t{0} : whole.at(mark + 1), 0, 0};
        const size_t some = std::min<size_t>(one.text.size(), 4);
        std::memcpy(&one.first, one.text.data(), some * sizeof(char16_t));
        std::memset(&one.mask, 0xff, some * sizeof(char16_t));
        Trie::Code code = codes[one.text.at(0)];
        if (!endings.first[code]) endings.first[code] = static_cast<uint8_t>(endings.lists.size()), endings.lists.emplace_back();
        endings.lists.at(endings.first[code]).push_back(one);
        letters[code].opens |= bit;
    }
}

}  // namespace shouxin
