#include "checksums.hpp"

#include "view.hpp"

namespace shouxin {

namespace {

constexpr char uscc_alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
constexpr char vin_letters[] = "ABCDEFGHJKLMNPRSTUVWXYZ";
constexpr int vin_values[] = {1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9};

struct Values {
    int8_t uscc[256], vin[256];
    Values() {
        for (int i = 0; i < 256; i++) uscc[i] = vin[i] = -1;
        for (int i = 0; uscc_alphabet[i]; i++) uscc[static_cast<uint8_t>(uscc_alphabet[i])] = static_cast<int8_t>(i);
        for (int i = 0; i < 10; i++) vin['0' + i] = static_cast<int8_t>(i);
        for (int i = 0; vin_letters[i]; i++) vin[static_cast<uint8_t>(vin_letters[i])] = static_cast<int8_t>(vin_values[i]);
    }
};
const Values values;

int two(const uint8_t* s) { return (s[0] - '0') * 10 + s[1] - '0'; }

bool calendar(int year, int month, int date) {
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12 || date < 1) return false;
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return date <= lengths[month - 1] + (leap && month == 2);
}

int icao(uint8_t c) { return digit(c) ? c - '0' : c - 'A' + 10; }

}  // namespace

bool check_resident(const uint8_t* s) {
    static const int weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (int i = 0; i < 17; i++) sum += (s[i] - '0') * weights[i];
    return "10X98765432"[sum % 11] == raised(s[17]);
}

bool check_luhn(const uint8_t* s, int n) {
    static const uint8_t doubled[] = {0, 2, 4, 6, 8, 1, 3, 5, 7, 9};
    int sum = 0;
    for (int i = 0; i < n; i++) {
        int value = s[n - 1 - i] - '0';
        sum += i & 1 ? doubled[value] : value;
    }
    return sum % 10 == 0;
}

bool check_uscc(const uint8_t* s) {
    static const int weights[] = {1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28};  // 3^i mod 31
    int sum = 0;
    for (int i = 0; i < 17; i++) {
        if (values.uscc[s[i]] < 0) return false;
        sum += values.uscc[s[i]] * weights[i];
    }
    return values.uscc[s[17]] == (31 - sum % 31) % 31;
}

bool check_organisation(const uint8_t* s) {
    static const int weights[] = {3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (int i = 0; i < 8; i++) sum += icao(s[i]) * weights[i];
    return "0X987654321"[sum % 11] == s[8];
}

bool check_vin(const uint8_t* s) {
    static const int weights[] = {8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2};
    int sum = 0;
    for (int i = 0; i < 17; i++) {
        if (values.vin[s[i]] < 0) return false;
        sum += values.vin[s[i]] * weights[i];
    }
    return "0123456789X"[sum % 11] == s[8];
}

bool day(const uint8_t* s) {
    int year = two(s) * 100 + two(s + 2);
    return year >= 1850 && year < 2100 && calendar(year, two(s + 4), two(s + 6));
}

bool short_day(const uint8_t* s) { return calendar(1900 + two(s), two(s + 2), two(s + 4)); }

bool check_731(const uint8_t* s) {
    static const int weights[] = {7, 3, 1};
    int sum = 0;
    for (int i = 0; i < 14; i++) sum += icao(s[i]) * weights[i % 3];
    return sum % 10 == s[14] - '0';
}

}  // namespace shouxin
