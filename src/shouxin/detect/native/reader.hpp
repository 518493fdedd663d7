// The reading of a line: words, names and single characters; the same as detect/names/lattice.py.
#pragma once
#include <algorithm>
#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "lexicon.hpp"

namespace shouxin {

// A name in a line, by its characters.
struct Name {
    uint32_t start, end;
    int weight;
};

// Names that are certain somewhere in the text.
class Known {
  public:
    explicit Known(const Lexicon& lexicon) : lex_(lexicon), lengths_(lexicon.letters.size()) {}
    void add(Text name);
    bool empty() const { return names_.empty(); }
    bool has(Text text) const;
    // Whether one stands in a line where it was not read as a name.
    bool missed(Text line, const Name* first, const Name* last) const;

  private:
    const Lexicon& lex_;
    static uint16_t pair(Text text) { return static_cast<uint16_t>(text[0] * 0x9E3Bu ^ text[1] * 0x85EBu); }
    std::vector<uint32_t> lengths_;  // by the code of the first character: a bit for each length
    std::vector<bool> pairs_ = std::vector<bool>(1 << 16);  // of which first two characters a name may have
    std::unordered_set<std::u16string> names_;
};

class Reader {
  public:
    explicit Reader(const Lexicon& lexicon) : lex_(lexicon) {}

    // Finds the best reading of a line; the names of it are added to `names`.
    void read(Text line, const Known* known, std::vector<Name>& names);
    // Whether a piece of the reading begins at a place, or the line ends there.
    bool begins(size_t at) const { return begins_[at]; }
    // Whether a stretch lies in a name of the reading that begins with it.
    bool named(size_t at, size_t end) const { return names_[at] >= end; }
    // The flags of all entries that begin at a place.
    uint8_t met(size_t at) const { return places_[at].met; }
    Trie::Code code(size_t at) const { return codes_[at]; }
    bool is(size_t at, uint32_t flag) const { return at < n_ && letter(at).is(flag); }
    const Letter& letter(size_t at) const { return lex_.letters[codes_[at]]; }

  private:
    struct Step {
        int total;
        uint32_t from;
        int16_t weight;
        bool name;
    };
    struct Place {
        uint32_t words = 0;  // the first of the words that begin here
        int8_t before = 0, after = 0, label = 0;
        uint8_t met = 0;
        bool title = false;  // within 《》
    };
    struct Word {
        uint32_t end;
        bool person;
    };

    void surround();
    bool in_list(size_t at) const;
    void look_up(size_t at);
    void meet(Place& here, size_t size, size_t end, const Entry& entry);
    void mark(size_t end);
    int beside(size_t start, size_t end) const;
    void step(size_t from, size_t to, int worth, bool name, int weight);
    void name(size_t start, size_t end, int weight);
    void candidates(size_t at);
    void chinese(size_t at, size_t length, int base);
    void polite(size_t at, size_t begin, int base);
    void nickname(size_t at);
    void foreign(size_t at);
    void listed(size_t at, bool after_dot);
    void known(size_t at, size_t end);
    void before_listed(size_t at);
    size_t dot_behind(size_t end) const;
    void japanese(size_t at, size_t end);
    void dotted(size_t at, size_t end);
    void trace(std::vector<Name>& names);

    const Lexicon& lex_;
    const Known* known_ = nullptr;
    int listed_ = 0;  // what the place in a list says for a name that begins here
    Text text_;
    size_t n_ = 0;
    bool dots_ = false;  // whether the line has any: names of several parts stand only there
    std::vector<Trie::Code> codes_;
    std::vector<Place> places_;
    std::vector<Word> words_;
    std::vector<Step> best_;
    std::vector<uint8_t> begins_;
    std::vector<uint32_t> names_;  // where the name that begins at a place ends, else 0
};

}  // namespace shouxin
