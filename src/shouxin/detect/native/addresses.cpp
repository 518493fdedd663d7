// Divisions, then road or village, then number, building, floor and room.
#include "addresses.hpp"

#include <algorithm>
#include <cstring>

namespace shouxin {

namespace {

bool one_of(Text set, char16_t c) { return c && set.find(c) != Text::npos; }
bool named_with(char16_t c) { return (c >= 0x4e00 && c <= 0x9fff) || ascii_alnum(c); }
const Characters before_number(u"附第东西南北中"), figures(u"0123456789０１２３４５６７８９一二三四五六七八九十百零〇两"), stems(u"甲乙丙丁"),
    apart(u"的了在是和与、，。！？；：（）《》“”,.!?;:()");
bool plain_or_wide(char16_t c) { return ascii_digit(c) || (c >= u'０' && c <= u'９'); }
bool counts(char16_t c) { return figures.has(c); }
bool stem(char16_t c) { return stems.has(c); }
bool blank(char16_t c) { return c == u' ' || c == u'　'; }
const Characters door_signs(u"附第东西南北中甲乙丙丁0123456789０１２３４５６７８９一二三四五六七八九十百零〇两abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
bool door_begins(char16_t c) { return door_signs.has(c); }
constexpr size_t longest_name = 4;  // of a road with nothing before it

// Keeps one bit of each of `n` bytes; says whether there is any.
bool keep(const uint8_t* __restrict from, uint8_t bit, uint8_t* __restrict to, size_t n) {
    uint8_t all = 0;
    for (size_t i = 0; i < n; i++) all |= to[i] = from[i] & bit;
    return all;
}

// Up to four further groups behind a number, each as long as it can be, then shorter; `end` says whether all fits.
template <class Separator, class Inside, class End>
size_t groups(Text text, size_t at, int left, size_t longest, Separator separates, Inside inside, End end) {
    if (left && at < text.size() && separates(text[at])) {
        size_t most = at + 1;
        while (most < text.size() && most - at <= longest && inside(text[most])) most++;
        for (size_t stop = most; stop > at + 1; stop--)
            if (size_t found = groups(text, stop, left - 1, longest, separates, inside, end)) return found;
    }
    return end(at);
}

}  // namespace

bool AddressReader::look(Text line, Reader& reader) {
    text_ = line, reader_ = &reader, n_ = line.size();
    may_begin_.resize(std::max(may_begin_.size(), n_));
    uint8_t* may_begin = may_begin_.data();
    bool any = keep(reader.met(), Entry::address, may_begin, n_);
    // The name of a road or village may begin before a door.
    const uint8_t opens = lex_.road.bit | lex_.local.bit;
    endings_.resize(std::max(endings_.size(), n_));
    uint32_t* endings = endings_.data();
    const Letter* letters = &reader.letter(0);
    size_t count = 0;
    for (size_t at = 1, n = n_; at < n; at++) {
        endings[count] = static_cast<uint32_t>(at);
        count += (letters[at].opens & opens) != 0;
    }
    for (size_t i = 0; i < count; i++) {
        const size_t at = endings_[i];
        if (!before_door(at)) continue;
        any = true;
        for (size_t from = at; from-- && from + longest_name >= at && named_with(text_[from]);) may_begin[from] = Entry::address;
    }
    return any;
}

// Whether an ending stands at a place; three characters behind the line can be read.
inline bool AddressReader::stands(const Endings::One& ending, size_t at) const {
    uint64_t here;
    std::memcpy(&here, text_.data() + at, sizeof here);
    const size_t size = ending.text.size();
    if (((here ^ ending.first) & ending.mask) || size > n_ - at) return false;
    return size <= 4 || text_.substr(at, size) == ending.text;
}

// Whether the ending of a road or village stands here, with a door behind it.
bool AddressReader::before_door(size_t at) const {
    for (const Endings* endings : {&lex_.road, &lex_.local})
        for (const Endings::One& one : endings->lists[endings->first[reader_->code(at)]]) {
            if (!stands(one, at)) continue;
            size_t end = separated(at + one.text.size());
            if (end < n_ && door_begins(text_[end])) return true;
        }
    return false;
}

void AddressReader::read(const std::vector<Barrier>& barriers, std::vector<Address>& found) {
    const size_t size = text_.size();
    auto barrier = barriers.begin();
    for (size_t start = 0; start < size;) {
        const void* next = std::memchr(may_begin_.data() + start, Entry::address, size - start);
        if (!next) break;
        start = static_cast<size_t>(static_cast<const uint8_t*>(next) - may_begin_.data());
        while (barrier != barriers.end() && barrier->end <= start) barrier++;
        if (barrier != barriers.end() && barrier->start <= start) {
            start = barrier->end;
            continue;
        }
        n_ = barrier == barriers.end() ? size : barrier->start;
        Address one{0, 0, Level::none};
        if (reader_->begins(start)) one = judge(start);
        if (one.level != Level::none) found.push_back(one);
        start = one.level == Level::none ? start + 1 : one.end;
    }
}

// Where the next part begins behind up to two blanks.
size_t AddressReader::separated(size_t end) const {
    size_t begin = end;
    while (begin < end + 2 && blank(at(begin))) begin++;
    return begin;
}

Address AddressReader::judge(size_t start) const {
    size_t end = start, pieces = 0;
    Part previous = Part::none;
    bool place = false, street = false, road = false, door = false;
    for (;;) {
        size_t begin = pieces ? separated(end) : end;
        if (begin >= n_) break;
        Piece next = piece(begin, previous);
        if (next.kind == Part::none) break;
        end = next.end, previous = next.kind, pieces++;
        place |= next.kind == Part::place, road |= next.kind == Part::road, door |= next.kind == Part::door;
        street |= next.kind != Part::place && next.kind != Part::door;
    }
    Level level = Level::none;
    if (door && pieces > 1)
        level = Level::door;
    else if (street)
        level = place || (road && pieces > 1) ? Level::street : Level::none;
    else if (place)
        level = pieces > 1 ? Level::divisions : Level::division;
    if (level == Level::division && reader_->named(start, end)) return {0, 0, Level::none};
    if ((level == Level::division || level == Level::divisions) && in_organisation(end)) level = Level::organisation;
    return {static_cast<uint32_t>(start), static_cast<uint32_t>(end), level};
}

bool AddressReader::in_organisation(size_t end) const {
    for (size_t i = end; i < n_ && i <= end + 12; i++) {
        if (ending(i, lex_.organisation)) return true;
        if (apart.has(text_[i]) || white(text_[i])) return false;
    }
    return false;
}

AddressReader::Piece AddressReader::piece(size_t at, Part previous) const {
    if (previous == Part::none || previous == Part::place)
        if (size_t end = place(at)) return {Part::place, end};
    if (previous != Part::none)
        if (size_t end = door(at, previous != Part::place)) return {Part::door, end};
    size_t name = 0;
    if (size_t end = named(at, lex_.road, 6, name); end && fits(at, name, end, previous)) {
        while (size_t further = ending(end, lex_.road)) end = further;
        return {Part::road, end};
    }
    if (size_t end = named(at, lex_.local, 6, name); end && fits(at, name, end, previous)) {
        while (size_t further = ending(end, lex_.road)) end = further;
        return {Part::area, end};
    }
    if (previous == Part::none) return {};
    bool wide = previous != Part::place;
    const Endings& points = wide ? lex_.point : lex_.home;
    if (size_t end = named(at, points, 10, name)) {
        while (size_t further = wide ? ending(end, points) : 0) end = further;
        if (fits(at, name, end, previous)) return {Part::point, end};
    }
    if (previous == Part::place || previous == Part::area)
        if (size_t end = estate(at)) return {Part::point, end};
    if (previous == Part::door || previous == Part::point || previous == Part::road)
        if (size_t end = bare(at)) return {Part::door, end};
    return {};
}

// Where the longest division that begins here ends; 0 for none.
size_t AddressReader::place(size_t start) const {
    if (!(reader_->met(start) & Entry::address)) return 0;
    size_t best = 0;
    uint32_t node = 0;
    for (size_t end = start; end < n_ && (node = lex_.trie.next(node, reader_->code(end)));)
        if (end++; lex_.trie.flags(node) & Entry::address) best = end;
    if (!best) return 0;
    if (one_of(u"路街道", at(best)) || (at(best) == u'大' && at(best + 1) == u'道')) return 0;
    if (one_of(u"省市县区州", at(best)) && !one_of(u"长委", at(best + 1))) best++;
    return best;
}

// Where the first ending behind a name of 1 to `longest` characters ends; 0 for none.
size_t AddressReader::named(size_t start, const Endings& endings, size_t longest, size_t& name) const {
    const Letter* letters = &reader_->letter(0);
    for (size_t i = start, last = std::min(n_, start + longest); i < last && named_with(text_[i]); i++)
        if (letters[i + 1].opens & endings.bit)
            if (size_t end = ending(i + 1, endings)) return name = i + 1 - start, end;
    return 0;
}

size_t AddressReader::ending(size_t start, const Endings& endings) const {
    if (start >= n_ || !(reader_->letter(start).opens & endings.bit)) return 0;
    for (const Endings::One& one : endings.lists[endings.first[reader_->code(start)]])
        if (stands(one, start) && !(one.barred && at(start + one.text.size()) == one.barred))
            return start + one.text.size();
    return 0;
}

bool AddressReader::fits(size_t start, size_t name, size_t end, Part previous) const {
    for (size_t i = start; i < start + name; i++)
        if (reader_->is(i, previous == Part::none ? Letter::barred | Letter::link : Letter::barred)) return false;
    if (name == 1 && reader_->is(start, Letter::generic)) return false;
    if (previous != Part::none && previous != Part::door) return true;
    if (!reader_->begins(start) || !reader_->begins(end)) return false;
    return previous == Part::door ? name <= 6 : name <= longest_name && door(separated(end), true);
}

// A blank may stand before the unit, 90 号, where the door is `spaced`.
size_t AddressReader::door(size_t start, bool spaced) const {
    size_t i = start + before_number.has(at(start));
    if (size_t end = door_number(i, spaced)) return end;
    return lettered_door(i);
}

// 甲12-3号楼, 3幢, 五楼: a number of up to five groups, and a unit.
size_t AddressReader::door_number(size_t i, bool spaced) const {
    i += stem(at(i));
    i += ascii_letter(at(i));
    size_t most = i;
    while (most < n_ && most - i < 6 && counts(text_[most])) most++;
    auto ends = [&](size_t stop) -> size_t {
        if (ascii_letter(at(stop)) || stem(at(stop)))
            if (size_t end = door_end(stop + 1, spaced)) return end;
        return door_end(stop, spaced);
    };
    auto separates = [](char16_t c) { return one_of(u"-－—之/", c); };
    auto inside = [](char16_t c) { return ascii_letter(c) || counts(c); };
    for (size_t stop = most; stop > i; stop--)
        if (size_t end = groups(text_.substr(0, n_), stop, 4, 5, separates, inside, ends)) return end;
    return 0;
}

// The unit of a number and what may follow it: 号院, 号之二, 3号楼B.
size_t AddressReader::door_end(size_t start, bool spaced) const {
    size_t end = ending(start + (spaced && blank(at(start))), lex_.units);
    if (!end) return 0;
    if (at(end) == u'院' || at(end) == u'楼')
        end++;
    else if (at(end) == u'之' && counts(at(end + 1)))
        end += 2;
    bool letter = at(end) >= u'A' && at(end) <= u'Z';
    char16_t after = at(end + 1);
    return letter && !ascii_alnum(after) && !one_of(u"栋座区", after) ? end + 1 : end;
}

size_t AddressReader::lettered_door(size_t i) const {
    return (ascii_letter(at(i)) || stem(at(i))) && one_of(u"栋幢座区馆楼塔", at(i + 1)) ? i + 2 : 0;
}

// The name of an estate before its building: 西城年华 1幢.
size_t AddressReader::estate(size_t start) const {
    for (size_t i = start; i < n_ && i <= start + 8; i++) {
        if (i >= start + 2 && housing(i)) return i;
        if (text_[i] < 0x4e00 || text_[i] > 0x9fff || reader_->is(i, Letter::barred | Letter::link)) return 0;
    }
    return 0;
}

bool AddressReader::housing(size_t i) const {
    i += ascii_letter(at(i));
    size_t most = i;
    while (most < n_ && most - i < 4 && counts(text_[most])) most++;
    if (most == i) return false;
    for (Text unit : {u"幢", u"栋", u"单元", u"室", u"号楼"})
        if (text_.substr(most, std::min(unit.size(), n_ - most)) == unit) return true;
    return at(most) == u'楼' && ascii_digit(at(most + 1));
}

// A number without a unit, as in 8-3 or B座1102.
size_t AddressReader::bare(size_t i) const {
    i += ascii_letter(at(i));
    size_t most = i;
    while (most < n_ && most - i < 5 && plain_or_wide(text_[most])) most++;
    auto free = [&](size_t stop) { return !plain_or_wide(at(stop)) && !one_of(u"年月日元个人%.:：", at(stop)); };
    auto ends = [&](size_t stop) -> size_t {
        if (ascii_letter(at(stop)) && free(stop + 1)) return stop + 1;
        return free(stop) ? stop : 0;
    };
    auto separates = [](char16_t c) { return c == u'-' || c == u'－'; };
    for (size_t stop = most; stop > i; stop--)
        if (size_t end = groups(text_.substr(0, n_), stop, 4, 4, separates, ascii_alnum, ends)) return end;
    return 0;
}

}  // namespace shouxin
