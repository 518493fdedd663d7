// Numbers without separators: their length says what they can be.
#include "checksums.hpp"
#include "finder.hpp"

namespace shouxin {

using namespace evidence;

void Finder::resident(int64_t start, int64_t end, const uint8_t* s, Evidence known) {
    if (s[0] == '0' || !day(s + 6)) return;
    known |= inner;
    if (check_resident(s)) known |= checksum;
    bool foreign = s[0] == '9', hmt = s[0] == '8' && s[1] >= '1' && s[1] <= '3' && s[2] == '0' && s[3] == '0' && s[4] == '0' && s[5] == '0';
    if (t.region((s[foreign] - '0') * 10 + s[foreign + 1] - '0')) known |= table;
    consider(foreign ? Kind::foreign_permanent_resident : hmt ? Kind::residence_permit_hmt : Kind::resident_id, start, end, known);
}

void Finder::bank_card(int64_t start, int64_t end, const uint8_t* s, int length, Evidence known) {
    if (!check_luhn(s, length)) return;
    int64_t six = 0;
    for (int i = 0; i < 6; i++) six = six * 10 + (s[i] - '0');
    known |= checksum;
    if (t.card(six, length)) known |= table;
    consider(Kind::bank_card, start, end, known);
}

// Fifteen digits of a handset or of a subscriber, or an old resident number.
void Finder::device(int64_t a, int64_t b, Evidence known) {
    const uint8_t* s = v.s + a;
    if (check_luhn(s, 15)) {
        int64_t two = number(v, a, a + 2);
        bool reporting_body = two == 1 || two == 35 || two == 49 || two == 86 || two == 98 || two == 99;
        consider(Kind::imei, a, b, known | checksum | (reporting_body ? table : 0));
    }
    if (stands(v, a, "460")) consider(Kind::imsi, a, b, known | (t.network(number(v, a + 3, a + 5)) ? table : 0));
    if (short_day(s + 6) && t.region(number(v, a, a + 2))) {
        int64_t city = number(v, a + 2, a + 4), county = number(v, a + 4, a + 6);
        consider(Kind::resident_id_15, a, b, known | inner | (city >= 1 && city <= 90 && county >= 1 ? table : 0));
    }
}

void Finder::plain(int64_t a, int64_t b, Evidence known) {
    if (b - a < 7 || b - a > 20 || fraction(a, b)) return;
    const uint8_t* s = v.s + a;
    auto mobile = [&](int64_t from, int64_t start) {
        if (v[from] == '1' && v[from + 1] >= '3')
            consider(Kind::mobile, start, b, known | (t.mobile(number(v, from, from + 3)) ? table : 0) | (coded(a, b) ? against : 0));
    };
    switch (b - a) {
        case 8:
            if (day(s)) {
                consider(Kind::birth_date, a, b, known);
                break;
            }
            consider(Kind::taiwan_permit, a, b, known);
            if (s[0] >= '2') consider(Kind::phone_hmt, a, b, known);
            [[fallthrough]];
        case 7:
            if (s[0] >= '2' && s[0] <= '8') consider(Kind::landline, a, b, known);
            break;
        case 10:
            if (s[0] == '0' && s[1] == '9') consider(Kind::phone_hmt, a, b, known);
            if (stands(v, a, "400") || stands(v, a, "800")) consider(Kind::landline, a, b, known | table);
            break;
        case 11: mobile(a, a - plus_before(v, a)); break;
        case 12: consider(Kind::driving_licence, a, b, known); break;
        case 13:
            if (s[0] == '8' && s[1] == '6') mobile(a + 2, a - plus_before(v, a));
            break;
        case 15:
            if (stands(v, a, "0086")) mobile(a + 4, a);
            device(a, b, known);
            break;
    }
    if (b - a >= 10 && b - a <= 12 && s[0] == '0' && s[1] != '0') {
        int64_t size = s[1] <= '2' ? 3 : 4, local = b - a - size;
        if ((local == 7 || local == 8) && s[size] >= '2' && s[size] <= '8')
            consider(Kind::landline, a, b, known | (t.area(number(v, a, a + size)) ? table : 0));
    }
    if (b - a >= 12) long_number(a, b, known);
}

void Finder::long_number(int64_t a, int64_t b, Evidence known) {
    const uint8_t* s = v.s + a;
    int length = static_cast<int>(b - a);
    if (length == 18) {
        resident(a, b, s, known);
        if (best_.evidence & checksum) return;
        code({a, b, b - a});
    }
    if (length >= 19 && stands(v, a, "8986"))
        consider(Kind::iccid, a, b, known | table | (check_luhn(s, length) ? checksum : 0));
    if (length <= 19) bank_card(a, b, s, length, known);
}

}  // namespace shouxin
