// Codes of letters and digits, by length and form.
#include <algorithm>
#include <cstring>

#include "checksums.hpp"
#include "finder.hpp"

namespace shouxin {

using namespace evidence;

namespace {

constexpr uint32_t known_lengths = 1 << 8 | 1 << 9 | 1 << 11 | 1 << 15 | 1 << 17 | 1 << 18;

bool all_digits(const uint8_t* s, int from, int to) {
    for (int i = from; i < to; i++)
        if (!digit(s[i])) return false;
    return true;
}

bool one_of(uint8_t c, const char* set) {
    for (; *set; set++)
        if (c == static_cast<uint8_t>(*set)) return true;
    return false;
}

// GB 32100: which kinds of bodies each registering department has.
bool registered(uint8_t department, uint8_t body) {
    switch (department) {
        case '1': return one_of(body, "1239");
        case '2': return one_of(body, "19");
        case '3': return one_of(body, "123459");
        case '4': return one_of(body, "19");
        case '5': return one_of(body, "1239");
        case '6': return one_of(body, "129");
        case '7': return one_of(body, "129");
        case '8': return one_of(body, "19");
        case '9': return one_of(body, "123");
        case 'A': return one_of(body, "19");
        case 'N': return one_of(body, "1239");
        case 'Y': return body == '1';
        default: return false;
    }
}

bool small(View v, int64_t a, int64_t b) { return std::any_of(v.s + a, v.s + b, lower); }

// Writes a run of at most 24 letters and digits to `raised`, its letters as capitals; what stands behind it may follow.
void raise(View v, int64_t a, int length, uint8_t* raised) {
    const uint8_t* from = v.s + a;
    if (a + 24 > v.n) std::memcpy(raised, from, static_cast<size_t>(length)), from = raised;
    for (int i = 0; i < 24; i += 8) {  // a copy of a size that is known is no call
        uint64_t bytes;
        std::memcpy(&bytes, from + i, 8);
        bytes &= ~((bytes & 0x4040404040404040) >> 1);
        std::memcpy(raised + i, &bytes, 8);
    }
}

}  // namespace

void Finder::code(Run run) {
    int64_t a = run.begin, b = run.end;
    int length = static_cast<int>(run.length());
    if (length > 18 || !(known_lengths >> length & 1)) return;
    uint8_t s[24] = {0};
    raise(v, a, length, s);
    if (length == 18) {
        if (run.digits == 17 && s[17] == 'X') resident(a, b, s, 0);
        if (best_.evidence & checksum) return;
        if (registered(s[0], s[1]) && all_digits(s, 2, 8) && check_uscc(s)) {
            bool region = t.region((s[2] - '0') * 10 + s[3] - '0');
            if (!region && run.digits == 18) return;
            consider(Kind::uscc, a, b, checksum | (region ? table : 0) | (check_organisation(s + 8) ? inner : 0));
        }
        return;
    }
    if (length == 17 && run.digits >= 5 && check_vin(s))
        consider(Kind::vin, a, b, checksum | (s[0] == 'L' ? table : 0) | (all_digits(s, 13, 17) && !small(v, a, b) ? inner : 0));
    if (length == 15 && all_digits(s, 3, 15) && !digit(s[0]) && !digit(s[1]) && !digit(s[2]) && short_day(s + 7))
        consider(Kind::foreign_permanent_resident, a, b,
                 inner | (check_731(s) ? checksum : 0) | (t.region((s[3] - '0') * 10 + s[4] - '0') ? table : 0));
    bool one = run.digits == length - 1, two = run.digits == length - 2 && !digit(s[1]);
    if (length > 11 || digit(s[0]) || (!one && !two) || small(v, a, b)) return;
    bool chinese = length == 9 && ((one && one_of(s[0], "EGDSP")) || (two && one_of(s[0], "EDSP")));
    if (length <= 9) consider(Kind::passport, a, b, chinese ? table : 0);
    bool hong_kong = (one && (length == 9 || length == 11) && one_of(s[0], "HM")) ||
                     (length == 9 && s[0] == 'C') || (one && length == 9 && s[0] == 'W');
    if (hong_kong) consider(Kind::hk_macao_permit, a, b, 0);
    if (one && length == 9 && one_of(s[0], "TL")) consider(Kind::taiwan_permit, a, b, 0);
}

// 使014578, 使·101023, 使014·578: the cars of embassies. The verb 使 and the ends of other words are told by the
// Han character before them, and what it makes happen to how many by the one behind.
void Finder::embassy(int64_t a, int64_t b) {
    const int64_t at = a - (stands(v, a - 2, "\u00b7") ? 2 : 0);
    if (!stands(v, at - 3, "使")) return;
    int64_t end = b;
    if (b - a == 3 && stands(v, b, "\u00b7") && digits_at(v, b + 2) == 3)
        end = b + 5;
    else if (b - a != 6)
        return;
    const auto one_at = [&](int64_t i, std::initializer_list<const char*> characters) {
        return std::any_of(characters.begin(), characters.end(), [&](const char* one) {
            return three(v, i) == three({reinterpret_cast<const uint8_t*>(one), 3}, 0);
        });
    };
    const int64_t before = at - 6;
    if (alnum(v[end]) || one_at(end, {"人", "户", "元", "个", "家", "名", "台", "件", "条", "万", "亿", "吨", "只", "多", "余"})) return;
    if (leads_han(v[before]) && !t.ends(v, at - 3) && !one_at(before, {"是", "为", "的", "辆", "车", "牌", "号"})) return;
    consider(Kind::licence_plate, at - 3, end, 0);
}

void Finder::plate(Run run) {
    int64_t a = run.begin;
    if (!t.plate(v, a - 3) || !letter(v[a]) || raised(v[a]) == 'I' || raised(v[a]) == 'O') return;
    int64_t body = a + 1;
    if (run.length() == 1) {
        if (stands(v, body, "\u00b7"))
            body += 2;
        else if (stands(v, body, "\u2022") || stands(v, body, "\u30fb"))
            body += 3;
        else if (v[body] == ' ' || v[body] == '-' || v[body] == '.')
            body++;
        else
            return;
    }
    int size = 0, letters = 0;
    for (; size < 7 && alnum(v[body + size]); size++) {
        uint8_t c = v[body + size];
        if (lower(c) || c == 'I' || c == 'O') return;
        letters += upper(c);
    }
    int64_t end = body + size;
    bool fits = size == 5 && letters <= 3;
    if (size == 4 && letters <= 1) {
        fits = stands(v, end, "挂") || stands(v, end, "学") || stands(v, end, "警") || stands(v, end, "港") ||
               stands(v, end, "澳") || stands(v, end, "领") || stands(v, end, "使");
        end += 3;
    }
    if (size == 6) {
        const char* energy = "DFABCEGHJK";
        bool little = one_of(v[body], energy) && all_digits(v.s + body, 2, 6);
        bool large = one_of(v[body + 5], energy) && all_digits(v.s + body, 0, 5);
        fits = little || large;
    }
    if (fits) consider(Kind::licence_plate, a - 3, end, letters <= 2 ? inner : 0);
}

}  // namespace shouxin
