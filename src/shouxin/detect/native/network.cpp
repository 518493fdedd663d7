// Addresses: of people in electronic mail, of machines, of places on the globe.
#include <algorithm>
#include <string_view>

#include "finder.hpp"

namespace shouxin {

using namespace evidence;

namespace {

// What may stand in the name before the @ of an address, and in its domain.
struct InAddress {
    bool name[256], domain[256];
    InAddress() {
        for (int c = 0; c < 256; c++) {
            domain[c] = alnum(static_cast<uint8_t>(c)) || c == '-';
            name[c] = domain[c] || c == '.' || c == '_' || c == '%' || c == '+';
        }
    }
};
const InAddress in_address;

// At most four letters in one.
constexpr uint32_t packed(std::string_view letters) {
    uint32_t all = 0;
    for (const char c : letters) all = all << 8 | static_cast<uint8_t>(c);
    return all;
}

// image@2x.png and its like: a domain that is the suffix of a file.
bool file_suffix(View v, int64_t from, int64_t end) {
    static constexpr uint32_t suffixes[] = {packed("png"), packed("jpg"), packed("jpeg"), packed("gif"), packed("svg"), packed("webp"),
                                            packed("css"), packed("js"), packed("html"), packed("json"), packed("xml")};
    if (end - from > 4) return false;
    uint32_t suffix = 0;
    for (int64_t i = from; i < end; i++) suffix = suffix << 8 | lowered(v.s[i]);
    return std::count(std::begin(suffixes), std::end(suffixes), suffix) > 0;
}

// Bytes between the two numbers of a position: punctuation, blanks, `lng`, 经度.
int64_t between(View v, int64_t i) {
    int64_t from = i;
    bool parted = false;
    while (i - from < 24) {
        uint8_t c = v[i];
        if (c == ',' || c == ' ' || c == ';' || c == '/' || c == '"' || c == '\'' || c == ':' || c == '=' || c == '\t') {
            parted = true;
            i++;
        } else if (letter(c) || c == '_') {
            i++;
        } else if (stands(v, i, "，") || stands(v, i, "、") || stands(v, i, "；") || stands(v, i, "：") ||
                   stands(v, i, "经") || stands(v, i, "纬") || stands(v, i, "度") || stands(v, i, "东") || stands(v, i, "北")) {
            parted = true;
            i += 3;
        } else {
            break;
        }
    }
    return parted ? i : -1;
}

// The end of a decimal with four or more places at i (a sign allowed), or -1; its whole part goes to `whole`.
int64_t decimal(View v, int64_t i, int64_t& whole) {
    i += v[i] == '-';
    int64_t size = digits_at(v, i);
    if (size < 1 || size > 3 || v[i + size] != '.') return -1;
    whole = number(v, i, i + size);
    int64_t places = digits_at(v, i + size + 1);
    return places >= 4 && places <= 15 ? i + size + 1 + places : -1;
}

}  // namespace

bool Finder::email(Run run) {
    int64_t at = run.begin - 1, start = at, end = run.begin, last = 0;
    for (int64_t limit = std::max<int64_t>(at - 64, 0); start > limit && in_address.name[v.s[start - 1]];) start--;
    while (start < at && !alnum(v[start])) start++;
    if (start == at || !alnum(v[at - 1])) return false;
    for (;;) {
        int64_t from = end;
        if (end == run.begin) end = run.end;
        while (in_address.domain[v[end]]) end++;
        last = from;
        if (end == from || v[end] != '.' || !alnum(v[end + 1])) break;
        end++;
    }
    while (end > last && v[end - 1] == '-') end--;
    if (last == run.begin || end - last < 2 || end - last > 24) return false;
    for (int64_t i = last; i < end; i++)
        if (!letter(v[i])) return false;
    if (v[start - 1] == ':') {  // user:password@host
        int64_t i = start - 1;
        while (i > 0 && start - i < 64 && in_address.name[v.s[i - 1]]) i--;
        if (v[i - 1] == '/' && v[i - 2] == '/') {
            consider(Kind::password, start, at, context | inner);
            if (best_.score < least_) return false;
            while (!found.empty() && found.back().end > start) found.pop_back();
            found.push_back(best_);
            return true;
        }
    }
    bool path = v[end] == ':' && letter(v[end + 1]), user = v[start - 1] == '/' && v[start - 2] == '/';
    consider(Kind::email, start, end, file_suffix(v, last, end) || path || user ? against : 0);
    if (best_.score < least_) return false;
    while (!found.empty() && found.back().end > start) found.pop_back();
    found.push_back(best_);
    skip_ = end;
    return true;
}

void Finder::ipv4(int64_t a, Evidence known) {
    if (v[a - 1] == '.') return;
    int64_t at = a;
    int digits = 0;
    bool wide = false;
    for (int part = 0; part < 4; part++) {
        int64_t size = digits_at(v, at);
        if (size < 1 || size > 3 || number(v, at, at + size) > 255 || (size > 1 && v[at] == '0')) return;
        digits += static_cast<int>(size);
        wide |= size == 3;
        at += size;
        if (part < 3 && v[at++] != '.') return;
    }
    if (alnum(v[at]) || (v[at] == '.' && digit(v[at + 1]))) return;
    bool product = v[a - 1] == '/' && letter(v[a - 2]);  // Chrome/120.0.0.0
    if (v[a - 1] == '-' && alnum(v[a - 2])) product = true;  // package-1.20.300.4
    consider(Kind::ipv4, a, at, known | (wide || digits >= 7 ? inner : 0) | (product ? against : 0));
}

void Finder::ipv6(int64_t a) {
    if (v[a - 1] == ':' || v[a - 1] == '.') return;
    int64_t at = a;
    int groups = 0, gap = 0;
    bool pairs = true;  // 00:1b:44:11:3a:b7:00:01 is of a machine, too, but no address of the internet
    while (groups < 9) {
        int64_t from = at;
        while (at - from < 5 && hex(v[at])) at++;
        if (at - from > 4) return;
        if (at == from) break;
        groups++;
        pairs &= at - from == 2;
        if (v[at] != ':') break;
        if (v[at + 1] == ':') {
            if (gap++) return;
            at += 2;
        } else if (hex(v[at + 1])) {
            at++;
        } else {
            break;
        }
    }
    if (alnum(v[at]) || (v[at] == ':' && alnum(v[at + 1]))) return;
    uint8_t one = lowered(v[a]), two = lowered(v[a + 1]);
    bool known = v[a + 4] == ':' && (one == '2' || one == '3' || (one == 'f' && (two == 'e' || two == 'c' || two == 'd')));
    if ((gap == 0 && groups == 8 && !pairs) || (gap == 1 && groups < 8 && known)) consider(Kind::ipv6, a, at, known ? inner : 0);
}

void Finder::mac(int64_t a) {
    uint8_t sep = v[a + 2];
    int64_t at = a;
    int digits = 0;
    if (sep == ':' || sep == '-') {
        if ((v[a - 1] == sep && hex(v[a - 2])) || v[a - 1] == '.') return;
        for (int part = 0; part < 6; part++, at += 3) {
            if (!hex(v[at]) || !hex(v[at + 1]) || (part < 5 && v[at + 2] != sep)) return;
            digits += digit(v[at]) + digit(v[at + 1]);
        }
        at--;
        if (alnum(v[at]) || (v[at] == sep && hex(v[at + 1]))) return;
        consider(Kind::mac, a, at, digits == 12 && sep == '-' ? against : 0);
        return;
    }
    if (v[a - 1] == '.') return;
    for (int part = 0; part < 3; part++, at += 5) {
        for (int i = 0; i < 4; i++) {
            if (!hex(v[at + i])) return;
            digits += digit(v[at + i]);
        }
        if (part < 2 && v[at + 4] != '.') return;
    }
    at--;
    if (alnum(v[at]) || (v[at] == '.' && alnum(v[at + 1]))) return;
    consider(Kind::mac, a, at, digits == 12 ? against : 0);
}

void Finder::coordinates(int64_t a) {
    if (v[a - 1] == '.' || (v[a - 1] == '-' && alnum(v[a - 2]))) return;
    int64_t first = 0, second = 0;
    int64_t end = decimal(v, a, first);
    if (end < 0) return;
    int64_t next = between(v, end);
    if (next < 0) return;
    end = decimal(v, next, second);
    if (end < 0 || alnum(v[end]) || v[end] == '.') return;
    if (!(first <= 90 && second <= 180) && !(first <= 180 && second <= 90)) return;
    int64_t low = first < second ? first : second, high = first < second ? second : first;
    bool china = low >= 3 && low <= 54 && high >= 73 && high <= 136;
    consider(Kind::coordinates, a - (v[a - 1] == '-'), end, china ? table : 0);
}

}  // namespace shouxin
