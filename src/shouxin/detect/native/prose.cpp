// Each line is read once; where a name that is certain elsewhere was missed, the clauses in which such names stand are read again.
#include "prose.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace shouxin {

namespace {

struct Line {
    size_t from, first, last, text;  // in the bytes, among the names found, and in the text kept
};

class Whole {
  public:
    Whole(const Lexicon& lexicon, const uint8_t* s, size_t n) : lex_(lexicon), s_(s), n_(n), units_(n), reader_(lexicon), known_(lexicon) {}

    Prose read(const std::vector<Stretch>& identifiers, bool with_names, bool with_addresses) {
        AddressReader places(lex_);
        if (with_names) text_.reserve(n_ / 2);
        auto next = identifiers.begin();
        for (size_t from = 0; (from = skip(from)) < n_;) {
            size_t end = units_.read_line(s_, n_, from), first = names_.size();
            if (units_.wide()) {
                reader_.look(units_.text());
                bool has_places = with_addresses && places.look(units_.text(), reader_);
                if (with_names) reader_.read(names_);
                if (has_places) {
                    while (next != identifiers.end() && next->end <= static_cast<int64_t>(from)) next++;
                    addresses(places, identifiers, next);
                }
                if (with_names) keep(from, first);
            }
            from = end;
        }
        if (known_.empty())
            made_.names = std::move(read_);
        else
            for (size_t line = 0; line < lines_.size(); line++) again(line);
        return std::move(made_);
    }

  private:
    // Passes over lines without a byte that begins a Han character. No byte is searched twice, however long a line is.
    size_t skip(size_t from) {
        if (from >= searched_) {
            size_t at = next_wide(from);
            if ((searched_ = at + 1) > n_) return n_;
            size_t feed = std::string_view(reinterpret_cast<const char*>(s_) + from, at - from).rfind('\n');
            line_ = feed == std::string_view::npos ? from : from + feed + 1;
        }
        return std::max(from, line_);
    }

    size_t next_wide(size_t from) const {
        constexpr size_t step = 64;
        for (; from < n_; from += step) {
            const uint8_t *first = s_ + from, *last = s_ + std::min(n_, from + step);
            uint8_t highest = 0;
            for (const uint8_t* at = first; at != last; at++) highest = std::max(highest, *at);
            if (highest >= 0xe3) return static_cast<size_t>(std::find_if(first, last, [](uint8_t byte) { return byte >= 0xe3; }) - s_);
        }
        return n_;
    }

    // Keeps the names of the line just read, by bytes, and its text: the second reading needs both.
    void keep(size_t from, size_t first) {
        for (size_t i = first; i < names_.size(); i++) {
            const Name& name = names_[i];
            read_.push_back(stretch(name));
            if (name.weight >= lex_.certain) known_.add(units_.text().substr(name.start, name.end - name.start));
        }
        lines_.push_back({from, first, names_.size(), text_.size()});
        text_ += units_.text();
    }

    Stretch stretch(const Name& name) const { return {units_.byte(name.start), units_.byte(name.end), name.weight}; }

    void addresses(AddressReader& places, const std::vector<Stretch>& identifiers, std::vector<Stretch>::const_iterator next) {
        barriers_.clear(), addresses_.clear();
        int64_t end = units_.byte(units_.text().size());
        for (; next != identifiers.end() && next->start < end; next++) barriers_.push_back({place(next->start), place(next->end)});
        places.read(barriers_, addresses_);
        for (const Address& one : addresses_)
            made_.addresses.push_back({units_.byte(one.start), units_.byte(one.end), static_cast<int32_t>(one.level)});
    }

    // The character of the line at a byte, within the line.
    uint32_t place(int64_t byte) const {
        size_t low = 0, high = units_.text().size();
        while (low < high) {
            size_t middle = (low + high) / 2;
            units_.byte(middle) < byte ? low = middle + 1 : high = middle;
        }
        return static_cast<uint32_t>(low);
    }

    // The names of a line; where a known one was missed, the clauses in which known ones stand are read again.
    void again(size_t number) {
        const Line& line = lines_[number];
        const Text text = Text(text_).substr(line.text, (number + 1 < lines_.size() ? lines_[number + 1].text : text_.size()) - line.text);
        const Name *first = names_.data() + line.first, *last = names_.data() + line.last;
        const bool missed = known_.next(text, 0, first, last) < text.size();
        size_t next = line.first, end = 0;
        const bool titles = missed && text.find(u'《') != Text::npos;
        bool title = false;
        auto keep_to = [&](size_t at) {
            for (; next < line.last && names_[next].start < at; next++) made_.names.push_back(read_[next]);
        };
        if (missed) units_.read_line(s_, n_, line.from);
        for (size_t at; missed && (at = known_.next(text, end)) < text.size();) {
            const size_t begin = clause_before(text, at);
            title = titles && goes_on_in_title(text.substr(end, begin - end), title);
            end = clause_behind(text, at);
            keep_to(begin);
            reader_.look(text.substr(begin, clause_behind(text, end) - begin));  // with the sign and the words behind the clause
            twice_.clear();
            reader_.read_again(known_, end - begin, title, twice_);
            title = titles && goes_on_in_title(text.substr(begin, end - begin), title);
            for (const Name& name : twice_) made_.names.push_back({units_.byte(begin + name.start), units_.byte(begin + name.end), name.weight});
            while (next < line.last && names_[next].start < end) next++;
        }
        keep_to(text.size());
    }

    // Whether what follows a text lies within 《》, of which `title` says whether the text does.
    static bool goes_on_in_title(Text text, bool title) {
        const size_t sign = text.find_last_of(u"《》");
        return sign == Text::npos ? title : text[sign] == u'《';
    }

    bool parts(char16_t c) const { return lex_.letter(c).is(Letter::parts); }

    size_t clause_before(Text text, size_t at) const {
        while (at && !parts(text[at])) at--;
        return at;
    }

    size_t clause_behind(Text text, size_t at) const {
        while (++at < text.size() && !parts(text[at])) {}
        return std::min(at, text.size());
    }

    const Lexicon& lex_;
    const uint8_t* s_;
    size_t n_;
    Units units_;
    Reader reader_;
    Known known_;
    size_t searched_ = 0, line_ = 0;  // how far wide bytes were looked for; where the line of the last one begins
    std::vector<Name> names_, twice_;
    std::vector<Stretch> read_;  // the same names as in `names_`
    std::vector<Line> lines_;
    std::u16string text_;
    std::vector<Barrier> barriers_;
    std::vector<Address> addresses_;
    Prose made_;
};

}  // namespace

Prose read_prose(const Lexicon& lexicon, const uint8_t* s, size_t n, const std::vector<Stretch>& identifiers, bool with_names,
                 bool with_addresses) {
    return Whole(lexicon, s, n).read(identifiers, with_names, with_addresses);
}

}  // namespace shouxin
