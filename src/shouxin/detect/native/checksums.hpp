// Check digits, over digits and letters that have been gathered from the text.
#pragma once
#include <cstdint>

namespace shouxin {

// ISO 7064 MOD 11-2 over 17 digits and a check character (GB 11643).
bool check_resident(const uint8_t* s);
// Luhn, ISO/IEC 7812-1 annex B.
bool check_luhn(const uint8_t* s, int n);
// GB 32100: 17 characters of a 31-letter alphabet and their check character.
bool check_uscc(const uint8_t* s);
// GB 11714: the organisation code inside a credit code, 8 characters and a check character.
bool check_organisation(const uint8_t* s);
// GB 16735 (ISO 3779): the ninth of 17 characters.
bool check_vin(const uint8_t* s);
// A day of the Gregorian calendar as eight digits, in a year that a living or remembered person can have.
bool day(const uint8_t* s);
// The same as two digits of the year (19..), two of the month, two of the day.
bool short_day(const uint8_t* s);
// ICAO 9303: weights 7, 3, 1 over 14 letters and digits, and a check digit.
bool check_731(const uint8_t* s);

}  // namespace shouxin
