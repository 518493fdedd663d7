// One scan of one text: runs come in, what they are is found, the best of what a run may be is kept.
#pragma once
#include <cstdint>
#include <vector>

#include "context.hpp"
#include "groups.hpp"
#include "tables.hpp"
#include "view.hpp"

namespace shouxin {

struct Finding {
    Kind kind;
    Evidence evidence;
    float score;
    int64_t start, end;
};

// What the values behind labels are made of.
enum class Form : uint8_t { name, account, secret, password, parameter };

class Finder {
  public:
    Finder(const Tables& tables, View v, float least) : t(tables), v(v), least_(least) {}
    void begin(View text) {  // the next text; the findings of the last are gone
        v = text;
        found.clear();
        around_.forget();
        for (Extent& extent : extents_) extent = {};
        dotted_ = {};
        skip_ = 0;
    }
    void take(Run run);
    std::vector<Finding> found;

  private:
    // By what the run is made of (finder.cpp).
    void letters(Run run);
    void digits(int64_t a, int64_t b, Evidence known);
    void mixed(Run run);
    bool glued(Run run);
    // Numbers without separators, by length (digits.cpp).
    void plain(int64_t a, int64_t b, Evidence known);
    void long_number(int64_t a, int64_t b, Evidence known);
    void resident(int64_t start, int64_t end, const uint8_t* s, Evidence known);
    void bank_card(int64_t start, int64_t end, const uint8_t* s, int length, Evidence known);
    void device(int64_t a, int64_t b, Evidence known);
    // Numbers in groups, and numbers with a country code (grouped.cpp).
    void grouped(int64_t a, int64_t b);
    void apart(int64_t a);
    void mobile_groups(const Groups& groups, int count);
    void landline_groups(const Groups& groups, int count);
    void hmt_groups(const Groups& groups, int count);
    void dotted_date(int64_t a, int64_t b);
    bool international(int64_t a, int64_t b);
    // Codes of letters and digits (codes.cpp).
    void code(Run run);
    void plate(Run run);
    void embassy(int64_t a, int64_t b);
    // Addresses of machines and places (network.cpp).
    bool email(Run run);
    void ipv4(int64_t a, Evidence known);
    void ipv6(int64_t a);
    void mac(int64_t a);
    void coordinates(int64_t a);
    // What only its label makes known (labelled.cpp).
    void labelled(int64_t a, int64_t b, int64_t digits, bool glued = false) {
        if (glued || labels(a)) value(a, b, digits, glued);
    }
    bool labels(int64_t a) const {  // whether a label may stand before a, or what begins a value
        const uint8_t c = v[a - 1];
        if (c >= 0x80) return a < 3 || t.closes(v.s + a) || three(v, a - 3) == three("第");
        return c == ':' || c == '=' || c == '"' || c == '\'' || c == ' ' || symbol(c);
    }
    void value(int64_t a, int64_t b, int64_t digits, bool glued);
    void known_secret(Run run);
    int64_t extent(int64_t i, Form form);       // where the value at i ends, full stops at its end left out
    int64_t dots(int64_t begin, int64_t end);  // how many there are

    void consider(Kind kind, int64_t start, int64_t end, Evidence found);
    // Whether the digits before a or after b make this a part of a decimal or of a dotted number.
    bool fraction(int64_t a, int64_t b) const;

    // Whether the digits [a, b) are a part of a longer code, as in a1b2-13900000011-c3d4.
    bool coded(int64_t a, int64_t b) const;

    const Tables& t;
    View v;
    const float least_;
    Finding best_{};
    Around around_;
    int64_t skip_ = 0;
    // The last values and dots that were read: labels may follow each other in one value, which is read once.
    struct Extent {
        int64_t begin = 0, reach = 0, end = 0;
    };
    Extent extents_[5];
    struct {
        int64_t begin = 0, end = 0, count = 0;
    } dotted_;
};

}  // namespace shouxin
