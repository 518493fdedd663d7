// Names of people: candidates at each place of a line, and the best reading of it.
#include "names.hpp"

#include <algorithm>
#include <limits>
#include <string_view>
#include <unordered_map>

namespace shouxin {

namespace {

using Text = std::u16string_view;

// Names by their first character.
class Known {
  public:
    std::vector<Text>& operator[](char16_t head) {
        heads_[head] = true;
        return names_[head];
    }
    const std::vector<Text>* at(char16_t head) const { return heads_[head] ? &names_.find(head)->second : nullptr; }

  private:
    std::vector<bool> heads_ = std::vector<bool>(65536);
    std::unordered_map<char16_t, std::vector<Text>> names_;
};

bool han(char16_t c) { return (c >= 0x4e00 && c <= 0x9fff) || c == u'〇'; }
bool alnum(char16_t c) { return (c >= u'0' && c <= u'9') || ((c | 32) >= u'a' && (c | 32) <= u'z' && c < 128); }

class Reader {
  public:
    explicit Reader(const Lexicon& lexicon) : lex_(lexicon) {}

    // The names of the best reading of a line, in order.
    void read(Text text, const Known* known, std::vector<Found>& names) {
        text_ = text, known_ = known, n_ = text.size();
        surround();
        best_.assign(n_ + 1, Step{std::numeric_limits<int>::min() / 2, 0, 0, false});
        best_[0].total = 0;
        for (size_t at = 0; at < n_; at++) {
            step(at, at + 1, 0, false, 0);
            for (int w = word_first_[at]; w != word_first_[at + 1]; w++) {
                size_t length = word_ends_[w].end - at;
                step(at, word_ends_[w].end, lex_.words[std::min<size_t>(length, 4)], false, 0);
            }
            if (han(text_[at]) || letter(at).is(Letter::dot)) candidates(at);
        }
        size_t before = names.size();
        for (size_t end = n_; end; end = best_[end].from)
            if (best_[end].name) names.push_back({static_cast<int64_t>(best_[end].from), static_cast<int64_t>(end), best_[end].weight});
        std::reverse(names.begin() + static_cast<std::ptrdiff_t>(before), names.end());
    }

    // Where the pieces of the reading just made begin.
    void pieces(int64_t offset, std::vector<int64_t>& begins) const {
        size_t before = begins.size();
        for (size_t end = n_; end; end = best_[end].from) begins.push_back(offset + best_[end].from);
        std::reverse(begins.begin() + static_cast<std::ptrdiff_t>(before), begins.end());
    }

  private:
    struct Step {
        int total;
        uint32_t from;
        int weight;
        bool name;
    };

    const Letter& letter(size_t at) const { return lex_.letter(text_[at]); }
    bool is(size_t at, uint16_t flag) const { return at < n_ && letter(at).is(flag); }

    void surround() {
        before_.assign(n_ + 1, 0), after_.assign(n_ + 1, 0), label_.assign(n_ + 1, 0);
        word_first_.assign(n_ + 1, 0), met_.assign(n_ + 1, 0), word_ends_.clear();
        for (size_t at = 0; at < n_; at++) {
            word_first_[at] = static_cast<int>(word_ends_.size());
            if (at && alnum(text_[at]) && alnum(text_[at - 1])) continue;
            uint32_t node = 0;
            for (size_t end = at; end < n_ && (node = lex_.trie.next(node, text_[end]));) {
                end++;
                const Entry& entry = lex_.trie.entry(node);
                if (!entry.flags && !entry.before && !entry.after) continue;
                if (entry.flags & Entry::word || (entry.flags & Entry::place && end - at > 1))
                    word_ends_.push_back({static_cast<uint32_t>(end), (entry.flags & Entry::person) != 0});
                met_[at] |= entry.flags;
                before_[end] = std::max(before_[end], entry.before);
                after_[at] = std::max(after_[at], entry.after);
                if (entry.flags & Entry::label) mark(end);
            }
        }
        word_first_[n_] = static_cast<int>(word_ends_.size());
    }

    void mark(size_t end) {
        size_t begin = end;
        bool blank = true;
        while (begin < n_ && begin < end + 5 && letter(begin).is(Letter::after_label)) blank &= letter(begin++).is(Letter::blank);
        if (begin > end) label_[begin] = std::max(label_[begin], blank ? lex_.label_blank : lex_.label);
    }

    int beside(size_t start, size_t end) const {
        int before = before_[start] * lex_.context, after = after_[end] * lex_.context;
        bool edge = start == 0 || letter(start - 1).is(Letter::opener), ends = end == n_ || letter(end).is(Letter::opener);
        int sum = label_[start] ? label_[start] : before ? before : edge ? lex_.edge : 0;
        sum += after ? after : ends ? lex_.edge : 0;
        return sum + ((before || edge || label_[start]) && (after || ends) ? lex_.both : 0);
    }

    void step(size_t from, size_t to, int worth, bool name, int weight) {
        int total = best_[from].total + worth;
        if (total > best_[to].total) best_[to] = {total, static_cast<uint32_t>(from), weight, name};
    }

    void name(size_t start, size_t end, int weight) {
        weight += beside(start, end);
        for (int w = word_first_[start]; w != word_first_[start + 1]; w++)
            if (word_ends_[w].end == end && !word_ends_[w].person) weight += lex_.is_word;
        if (known_) {
            const std::vector<Text>* same = known_->at(text_[start]);
            if (same && std::find(same->begin(), same->end(), text_.substr(start, end - start)) != same->end())
                weight += lex_.again;
        }
        step(start, end, weight - lex_.cost, true, weight);
    }

    void candidates(size_t at) {
        const Letter& head = letter(at);
        if (head.surname >= 0) chinese(at, 1, lex_.surname[static_cast<size_t>(head.surname)] + head.ambiguous);
        if (met_[at] & Entry::surname) chinese(at, 2, lex_.double_surname);
        if (head.is(Letter::small)) nickname(at);
        foreign(at);
    }

    void chinese(size_t at, size_t length, int base) {
        size_t begin = at + length;
        for (const std::u16string& honorific : lex_.honorifics)
            if (text_.substr(begin, honorific.size()) == honorific) name(at, begin + honorific.size(), base + lex_.honorific);
        if (begin >= n_) return;
        if (text_[begin] == u'某') name(at, begin + (is(begin + 1, Letter::somebody) ? 2 : 1), base + lex_.somebody);
        const Letter& one = letter(begin);
        if (!han(text_[begin]) || one.is(Letter::never)) return;
        int follows = one.is(Letter::follows) ? lex_.following : 0;
        name(at, begin + 1, base + lex_.only[static_cast<size_t>(std::max(one.first, one.second))] + (length == 1 ? lex_.two : 0) + follows);
        if (begin + 1 >= n_ || !han(text_[begin + 1]) || is(begin + 1, Letter::never)) return;
        const Letter& two = letter(begin + 1);
        int given = lex_.given_first[static_cast<size_t>(one.first)] + lex_.given_second[static_cast<size_t>(two.second)];
        if (text_[begin] == text_[begin + 1]) given = std::max(given, lex_.given_first[1] + lex_.given_second[2]);
        name(at, begin + 2, base + given + lex_.three + (two.is(Letter::follows) ? lex_.following : 0));
    }

    void nickname(size_t at) {
        if (at + 1 >= n_) return;
        const Letter& next = letter(at + 1);
        bool fits = text_[at] == u'阿' ? std::max(next.first, next.second) == 2 : next.surname >= 0 && next.surname <= 2;
        if (fits) name(at, at + 2, lex_.nickname);
    }

    bool to_dot(size_t end) const {
        while (is(end, Letter::transliteration)) end++;
        return is(end, Letter::dot);
    }

    void foreign(size_t at) {
        bool after_dot = at && is(at - 1, Letter::dot);
        uint32_t node = 0;
        bool listed = met_[at] & (Entry::person | Entry::japanese);
        for (size_t end = at; listed && end < n_ && (node = lex_.trie.next(node, text_[end]));) {
            const Entry& entry = lex_.trie.entry(node);
            end++;
            if (!(entry.flags & (Entry::person | Entry::japanese)) || after_dot || to_dot(end)) continue;
            if (entry.flags & Entry::person) name(at, end, lex_.foreign);
            if (entry.flags & Entry::japanese) japanese(at, end);
        }
        int total = lex_.transliteration[0];
        for (size_t end = at; end < n_ && end - at < 8 && letter(end).flags & (Letter::transliteration | Letter::minority);) {
            total += lex_.transliteration[letter(end).is(Letter::typical) ? 2 : 1];
            end++;
            bool dot = is(end, Letter::dot);
            if (end - at >= 3 && is(at, Letter::transliteration) && !dot && !after_dot) name(at, end, total);
            if (dot) dotted(at, end);
        }
    }

    void japanese(size_t at, size_t end) {
        if (end + 2 <= n_ && han(text_[end]) && han(text_[end + 1])) {
            int fit = (is(end, Letter::japanese) ? 5 : -3) + (is(end + 1, Letter::japanese) ? 5 : -3);
            name(at, end + 2, lex_.japanese + fit + 12);
        }
        name(at, end, lex_.japanese);
    }

    void dotted(size_t at, size_t end) {
        while (is(end, Letter::dot)) {
            size_t begin = ++end, listed = 0;
            while (end < n_ && end - begin < 9 && letter(end).flags & (Letter::transliteration | Letter::minority)) end++;
            uint32_t node = 0;
            for (size_t stop = begin; stop < n_ && (node = lex_.trie.next(node, text_[stop]));)
                if (stop++; lex_.trie.entry(node).flags & Entry::person) listed = stop;
            if (listed && end > listed && end - listed <= 2) end = listed;
            if (end == begin) return;
            name(at, end, lex_.dot + 2 * static_cast<int>(end - at));
        }
    }

    const Lexicon& lex_;
    const Known* known_ = nullptr;
    Text text_;
    size_t n_ = 0;
    std::vector<int8_t> before_, after_;
    std::vector<int> label_, word_first_;
    struct Word {
        uint32_t end;
        bool person;
    };
    std::vector<Word> word_ends_;
    std::vector<uint8_t> met_;  // the flags of all entries that begin at a place
    std::vector<Step> best_;
};

struct Line {
    size_t start, end, first, last;  // in the text, and among the names found
};

// Whether a name known from elsewhere stands in a line where it was not read as one.
bool missed(Text line, const Known& known, const Found* first, const Found* last) {
    for (size_t at = 0; at < line.size(); at++) {
        const std::vector<Text>* same = known.at(line[at]);
        if (!same) continue;
        for (Text part : *same)
            if (line.substr(at, part.size()) == part && std::none_of(first, last, [&](const Found& f) {
                    return f.start == static_cast<int64_t>(at) && f.end == static_cast<int64_t>(at + part.size());
                }))
                return true;
    }
    return false;
}

}  // namespace

std::vector<Found> find_names(const Lexicon& lexicon, const std::u16string& text) {
    Reader reader(lexicon);
    std::vector<Found> once, result;
    std::vector<Line> lines;
    Known known;
    Text whole(text);
    for (size_t start = 0; start < text.size();) {
        size_t end = std::min(whole.find(u'\n', start), text.size() - 1) + 1, first = once.size();
        reader.read(whole.substr(start, end - start), nullptr, once);
        for (size_t i = first; i < once.size(); i++) {
            Text part = whole.substr(start + static_cast<size_t>(once[i].start), static_cast<size_t>(once[i].end - once[i].start));
            if (once[i].weight < lexicon.certain) continue;
            std::vector<Text>& same = known[part[0]];
            if (std::find(same.begin(), same.end(), part) == same.end()) same.push_back(part);
        }
        lines.push_back({start, end, first, once.size()});
        start = end;
    }
    for (const Line& line : lines) {
        Text part = whole.substr(line.start, line.end - line.start);
        size_t first = result.size();
        if (missed(part, known, once.data() + line.first, once.data() + line.last))
            reader.read(part, &known, result);
        else
            result.insert(result.end(), once.begin() + static_cast<std::ptrdiff_t>(line.first), once.begin() + static_cast<std::ptrdiff_t>(line.last));
        for (size_t i = first; i < result.size(); i++)
            result[i].start += static_cast<int64_t>(line.start), result[i].end += static_cast<int64_t>(line.start);
    }
    return result;
}

std::vector<int64_t> find_pieces(const Lexicon& lexicon, const std::u16string& text) {
    Reader reader(lexicon);
    std::vector<Found> names;
    std::vector<int64_t> begins;
    Text whole(text);
    for (size_t start = 0; start < text.size();) {
        size_t end = std::min(whole.find(u'\n', start), text.size() - 1) + 1;
        reader.read(whole.substr(start, end - start), nullptr, names);
        reader.pieces(static_cast<int64_t>(start), begins);
        start = end;
    }
    return begins;
}

}  // namespace shouxin
