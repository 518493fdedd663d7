// Numbers written in groups, and numbers with a country code.
#include "checksums.hpp"
#include "finder.hpp"

namespace shouxin {

using namespace evidence;

namespace {

// Whether a separator or a closing parenthesis may stand behind a group, and another group behind that.
bool goes_on(View v, int64_t b) {
    uint8_t c = v[b];
    if (c >= 0xE0) return digit(v[b + 3]) || v[b + 3] == ' ';
    return c == ' ' || c == '-' || c == '.' || c == ')' || c == '_' || c == '\n' || c == '\r' || c == 0xC2;
}

// Underscores join the groups of mobile numbers and cards as they are mostly read, and are common in names of files.
bool underscored(uint64_t shape, uint8_t after) {
    return (shape == 0x344 || shape == 0x4444 || (shape >> 4 == 0x4444 && (shape & 15) <= 3)) && after != '_' && after != '@';
}

// Whether so many digits may follow the code of a country; those of three digits belong to small ones.
bool abroad(int64_t country, int size, int length, bool in_groups) {
    if (country == 1 || country == 7) return length == 10;
    return length >= (size == 3 ? 5 : in_groups ? 6 : 8);
}

// Whether 00, the code of a country and more are written as a serial number is: in groups of one length.
bool even(const int* totals, int groups) {
    const int first = totals[0] + 2;
    for (int g = 1; g < groups; g++) {
        const int size = totals[g] - totals[g - 1];
        if (g + 1 < groups ? size != first : size > first) return false;
    }
    return true;
}

// How many groups of four digits (4: or more) follow at `end` in one manner; 0 where other groups do.
int further_fours(View v, int64_t end) {
    const Sep kind = joint(v, end).kind;
    for (int count = 0;; count++) {
        const Separator next = joint(v, end);
        if (next.kind != kind || kind == Sep::none || !digit(v[end + next.length])) return count;
        const int64_t from = end + next.length;
        end = from + digits_at(v, from);
        if (end - from != 4 || count == 4) return end - from == 4 ? count : 0;
    }
}

// Whether groups of four stand before `a` in one manner that make no card of their own.
bool after_fours(View v, int64_t a) {
    const uint8_t gap = v[a - 1];
    if (gap != ' ' && gap != '-' && gap != '.' && gap != '_') return false;
    int count = 0;
    for (; count < 8 && v[a - 1] == gap; a -= 5, count++)
        if (!digit(v[a - 2]) || !digit(v[a - 3]) || !digit(v[a - 4]) || !digit(v[a - 5]) || alnum(v[a - 6])) break;
    return count % 4;
}

}  // namespace

void Finder::grouped(int64_t a, int64_t b) {
    if (b - a > 18 || b - a < 2) return;
    if (!goes_on(v, b)) return;
    Separator next = joint(v, b);
    bool area = closing_at(v, b) && opening_before(v, a);
    if (area) {
        int64_t from = b + closing_at(v, b);
        from += v[from] == ' ';
        Groups rest = gather(v, from);
        for (int n = rest.count; n > 0; n--) {
            int local = rest.digits[n - 1];
            if (b - a == 3 && local == 8 && v[a] == '1' && v[a + 1] >= '3')
                return consider(Kind::mobile, a - opening_before(v, a), rest.end[n - 1],
                                split | (t.mobile(number(v, a, b)) ? table : 0));
            if (v[a] != '0' || v[a + 1] == '0') continue;
            if ((local == 7 || local == 8) && (b - a == 3 || b - a == 4))
                return consider(Kind::landline, a - opening_before(v, a), rest.end[n - 1 + rest.extends(n)],
                                split | (t.area(number(v, a, b)) ? table : 0));
        }
        return;
    }
    if (next.kind == Sep::none || !digit(v[b + next.length])) return;
    bool inside = ((v[a - 1] == '-' || v[a - 1] == '.') && digit(v[a - 2])) || (next.kind == Sep::underscore && v[a - 1] == '_');
    Groups groups = gather(v, a);
    for (int n = groups.count; n > 1 && best_.score < least_; n--) {
        int total = groups.digits[n - 1];
        int64_t end = groups.end[n - 1];
        Evidence known = split | (groups.broken(n) ? broken : 0);
        bool open = n < groups.count && (groups.after[n - 1] == Sep::hyphen || groups.after[n - 1] == Sep::dot);
        if (inside || open) continue;
        if (groups.holds(Sep::underscore, n) && !underscored(groups.shape(n), v[end])) continue;
        if (total == 18 && n <= 6) resident(a, end, groups.text, known);
        if (groups.text[17 < total ? 17 : 0] == 'X') continue;
        uint64_t shape = groups.shape(n);
        bool card = shape == 0x4444 || (shape >> 4 == 0x4444 && (shape & 15) <= 3) || shape == 0x465 || shape == 0x6A ||
                    shape == 0x6D || shape == 0x88 || (n == 2 && groups.broken(2));
        if (shape == 0x4444) {  // more fours, but not those of another card, make it a part of a longer number
            const int more = further_fours(v, end);
            card = more == 0 || more >= 4;
        }
        if (card && total >= 13 && total <= 19)
            bank_card(a, end, groups.text, total, known | (shape == 0x4444 && after_fours(v, a) ? against : 0));
        mobile_groups(groups, n);
        landline_groups(groups, n);
        hmt_groups(groups, n);
    }
}

// Each digit apart: 1 3 8 0 0 1 3 8 0 0 0. A digit before or more digits behind make it a list.
void Finder::apart(int64_t a) {
    const Separator gap = separator(v, a + 1);
    if (gap.kind == Sep::none || gap.kind == Sep::newline) return;
    if (digit(v[a - gap.length - 1]) && separator(v, a - gap.length).kind == gap.kind) return;
    uint8_t text[20] = {0};
    int count = 0;
    int64_t end = a;
    for (int64_t at = a; count < 20; at = end + gap.length) {
        if (!digit(v[at]) && !(count == 17 && lowered(v[at]) == 'x')) break;
        if (alnum(v[at + 1])) return;
        text[count++] = raised(v[at]);
        end = at + 1;
        const Separator next = separator(v, end);
        if (text[count - 1] == 'X' || next.kind != gap.kind || next.length != gap.length) break;
    }
    constexpr Evidence known = split | broken;
    if (count == 11 && text[0] == '1' && text[1] >= '3')
        consider(Kind::mobile, a, end, known | (t.mobile(100 + (text[1] - '0') * 10 + text[2] - '0') ? table : 0));
    if (count == 18) resident(a, end, text, known);
    if (count >= 16 && count <= 19 && digit(text[count - 1])) bank_card(a, end, text, count, known);
}

void Finder::mobile_groups(const Groups& groups, int count) {
    uint64_t shape = groups.shape(count);
    bool line = groups.broken(count);
    if (count == 2 && groups.after[0] == Sep::dot) return;  // a decimal
    if (shape != 0x344 && shape != 0x38 && shape != 0x74 && !(line && count == 2 && groups.digits[1] == 11)) return;
    if (groups.text[0] != '1' || groups.text[1] < '3') return;
    int64_t three = (groups.text[0] - '0') * 100 + (groups.text[1] - '0') * 10 + groups.text[2] - '0';
    consider(Kind::mobile, groups.begin[0], groups.end[count - 1],
             split | (line ? broken : 0) | (t.mobile(three) ? table : 0));
}

void Finder::landline_groups(const Groups& groups, int count) {
    if (count < 2) return;
    bool extension = count > 2 && groups.after[count - 2] == Sep::hyphen;
    for (int n = count; n >= count - extension; n--) {
        int last = groups.digits[count - 1] - groups.digits[count - 2];
        if (n < count && last > 6) continue;
        uint64_t shape = groups.shape(n);
        int64_t size = groups.digits[0];
        const uint8_t* local = groups.text + size;
        Evidence known = split | (groups.broken(count) ? broken : 0);
        if (shape == 0x334 || shape == 0x343) {
            bool service = (groups.text[0] == '4' || groups.text[0] == '8') && groups.text[1] == '0' && groups.text[2] == '0';
            if (service) consider(Kind::landline, groups.begin[0], groups.end[count - 1], known | table);
        }
        bool form = shape == 0x38 || shape == 0x37 || shape == 0x344 || shape == 0x47 || shape == 0x48 || shape == 0x434 ||
                    shape == 0x444;
        if (!form || groups.text[0] != '0' || groups.text[1] == '0' || *local < '2' || *local > '8') continue;
        int64_t area = number(v, groups.begin[0], groups.begin[0] + size);
        consider(Kind::landline, groups.begin[0], groups.end[count - 1], known | (t.area(area) ? table : 0));
    }
}

// 2335-2305, 2335-2305/9263-3317, 0936-123-456 and (02) 2752-1234 without a country code.
void Finder::hmt_groups(const Groups& groups, int count) {
    uint64_t shape = groups.shape(count);
    int64_t end = groups.end[count - 1];
    Evidence known = split | (groups.broken(count) ? broken : 0);
    if (shape == 0x44 && groups.text[0] >= '2') {
        bool joined = v[end] == '/' && digits_at(v, end + 1) == 4 && v[end + 5] == '-' && digits_at(v, end + 6) == 4;
        bool second = v[groups.begin[0] - 1] == '/' && digit(v[groups.begin[0] - 2]) && !found.empty() &&
                      found.back().kind == Kind::phone_hmt && found.back().end == groups.begin[0] - 1;
        consider(Kind::phone_hmt, groups.begin[0], end, known | (joined || second ? inner : 0));
    }
    if ((shape == 0x433 || shape == 0x46) && groups.text[0] == '0' && groups.text[1] == '9')
        consider(Kind::phone_hmt, groups.begin[0], end, known | table);
    if (shape == 0x244 || shape == 0x234)
        if (groups.text[0] == '0' && groups.text[1] >= '2') consider(Kind::phone_hmt, groups.begin[0], end, known);
}

// +86 138 1234 5678, (+852) 2335 2305, 00886-2-2752-1234, 852)6466668, +1 202-555-0143, 0044 20 7946 0018.
bool Finder::international(int64_t a, int64_t b) {
    int64_t start = a, at = a;
    int plus = plus_before(v, a);
    if (!plus && v[a] != '0' && v[a] != '8') return false;
    if (!plus && stands(v, a, "00")) at = a + 2;
    bool listed = stands(v, at, "86") || stands(v, at, "852") || stands(v, at, "853") || stands(v, at, "886");
    if (plus) {
        start = a - plus;
    } else if (at != a) {
        if (!listed && (b - at > 3 || separator(v, b).kind == Sep::none)) return false;
    } else {
        bool alone = b - a == (stands(v, a, "86") ? 2 : 3) || b - a == 3;
        if (!listed || !alone || (!closing_at(v, b) && separator(v, b).kind == Sep::none)) return false;
        if (digit(v[a - 2]) && (v[a - 1] == '-' || v[a - 1] == '.')) return false;
    }
    uint8_t text[16];
    int64_t ends[8];
    int totals[8], groups = 0, total = 0;
    for (int64_t i = at; groups < 8;) {
        int64_t size = digits_at(v, i);
        if (size == 0 || total + size > 15 || letter(v[i + size])) break;
        for (int64_t k = 0; k < size; k++) text[total + k] = v[i + k];
        total += static_cast<int>(size);
        i += size;
        ends[groups] = i;
        totals[groups++] = total;
        for (int gap = 0; gap < 3; gap++) {
            Separator sep = separator(v, i);
            int opening = v[i] == '(' ? 1 : stands(v, i, "（") ? 3 : 0;
            if (sep.kind != Sep::none && sep.kind != Sep::newline)
                i += sep.length;
            else if (opening || closing_at(v, i))
                i += opening ? opening : closing_at(v, i);
            else
                break;
        }
    }
    int size = 0;
    int64_t country = 0;
    for (int n = 1; n <= 3 && n <= total; n++) {
        int64_t value = 0;
        for (int i = 0; i < n; i++) value = value * 10 + (text[i] - '0');
        if (text[0] != '0' && t.country(value)) {
            size = n;
            country = value;
        }
    }
    if (!size) return false;
    const bool zeros = at != a && !listed;
    if (zeros && (at + size != b || even(totals, groups))) return false;
    if (int opening = opening_before(v, start); opening && groups && closing_at(v, ends[0])) start -= opening;
    for (int g = groups - 1; g >= 0; g--) {
        if (g < groups - 1 && separator(v, ends[g]).kind == Sep::dot) continue;
        const uint8_t* local = text + size;
        int length = totals[g] - size;
        bool zero = length > 0 && local[0] == '0';
        bool certain = plus || (at != a && !zeros) || closing_at(v, b);
        Evidence known = (g ? split : 0) | (certain ? inner : 0);
        if (country == 86) {
            if (length - zero == 11 && local[zero] == '1' && local[zero + 1] >= '3') {
                int64_t three = 100 + (local[zero + 1] - '0') * 10 + local[zero + 2] - '0';
                consider(Kind::mobile, start, ends[g], known | (t.mobile(three) ? table : 0));
                return best_.end != 0;
            }
            if (length - zero >= 9 && length - zero <= 11 && local[zero] != '0' && (local[0] != '1' || local[1] == '0')) {
                consider(Kind::landline, start, ends[g], known | split | table);
                return best_.end != 0;
            }
        } else if (country == 852 || country == 853 || country == 886) {
            bool fits = country == 886 ? length - zero == 8 || length - zero == 9
                                       : length == 8 || (length == 7 && closing_at(v, b));
            if (fits && local[zero] >= '2') {
                consider(Kind::phone_hmt, start, ends[g], known | table);
                return best_.end != 0;
            }
        } else if ((plus || (zeros && length >= 7)) && abroad(country, size, length, g) && local[0] != '0') {
            consider(Kind::phone_abroad, start, ends[g], known);
            return best_.end != 0;
        }
    }
    return false;
}

// 1990-01-02, 1990/1/2, 1990.01.02, 1990年1月2日: a date of birth only where the words around say so.
void Finder::dotted_date(int64_t a, int64_t b) {
    if ((v[a] != '1' || v[a + 1] < '8') && (v[a] != '2' || v[a + 1] != '0')) return;
    int64_t end = 0, first = b, size;
    int64_t month, date;
    if (stands(v, b, "年")) {
        first = b + 3;
        size = digits_at(v, first);
        if (size < 1 || size > 2 || !stands(v, first + size, "月")) return;
        month = number(v, first, first + size);
        first += size + 3;
        size = digits_at(v, first);
        if (size < 1 || size > 2) return;
        date = number(v, first, first + size);
        end = first + size;
        if (stands(v, end, "日")) end += 3;
    } else if (v[b] == '-' || v[b] == '/' || v[b] == '.') {
        first = b + 1;
        size = digits_at(v, first);
        if (size < 1 || size > 2 || v[first + size] != v[b]) return;
        month = number(v, first, first + size);
        first += size + 1;
        size = digits_at(v, first);
        if (size < 1 || size > 2) return;
        date = number(v, first, first + size);
        end = first + size;
    } else {
        return;
    }
    uint8_t text[8] = {v[a], v[a + 1], v[a + 2], v[a + 3], static_cast<uint8_t>('0' + month / 10),
                       static_cast<uint8_t>('0' + month % 10), static_cast<uint8_t>('0' + date / 10),
                       static_cast<uint8_t>('0' + date % 10)};
    if (day(text) && !alnum(v[end])) consider(Kind::birth_date, a, end, inner);
}

}  // namespace shouxin
