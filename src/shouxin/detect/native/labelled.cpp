// What only its label makes known: QQ and WeChat numbers, account names, passwords, secrets.
#include "finder.hpp"

namespace shouxin {

using namespace evidence;

namespace {

bool symbol(uint8_t c) { return c == '!' || c == '@' || c == '#' || c == '$' || c == '%' || c == '^' || c == '&' || c == '*'; }
bool in_name(uint8_t c) { return alnum(c) || c == '_' || c == '-'; }
bool in_account(uint8_t c) { return in_name(c) || c == '.'; }
bool in_secret(uint8_t c) { return in_account(c) || c == '+' || c == '/' || c == '=' || c == '~'; }
bool in_password(uint8_t c) {
    return c > ' ' && c < 0x7F && c != '"' && c != '\'' && c != ',' && c != ';' && c != '<' && c != '>' && c != ')' &&
           c != ']' && c != '}';
}
bool in_parameter(uint8_t c) { return in_password(c) && c != '&' && c != '#'; }

template <class Part>
int64_t extent(View v, int64_t i, Part part) {
    while (part(v[i])) i++;
    while (v[i - 1] == '.') i--;
    return i;
}

// Whether a value looks made: digits among letters, symbols, or both cases.
bool made(View v, int64_t a, int64_t b) {
    bool digits = false, lowers = false, uppers = false, symbols = false;
    for (int64_t i = a; i < b; i++) {
        digits |= digit(v[i]);
        lowers |= lower(v[i]);
        uppers |= upper(v[i]) && i > a;
        symbols |= !alnum(v[i]) && v[i] != '_' && v[i] != '-' && v[i] != '.';
    }
    return symbols || digits || (lowers && uppers);
}

// Whether a label may stand before a, or what begins a value.
bool labels(const Tables& t, View v, int64_t a) {
    uint8_t c = v[a - 1];
    if (c >= 0x80) return a < 3 || t.closes(v.s + a) || three(v, a - 3) == three("第");
    return c == ':' || c == '=' || c == '"' || c == '\'' || c == ' ' || symbol(c);
}

}  // namespace

void Finder::labelled(int64_t a, int64_t b, int64_t digits, bool glued) {
    if (!glued && !labels(t, v, a)) return;
    int64_t start = a;
    while (start > 0 && a - start < 8 && symbol(v[start - 1])) start--;
    uint8_t before = v[start - 1];
    if (!glued && before == ' ' && v[start - 2] < 0x80 && v[start - 2] != ':' && v[start - 2] != '=') return;
    if (!glued && before < 0x80 && before != ':' && before != '=' && before != '"' && before != '\'' && before != ' ') return;
    if (digits == b - a && digits >= 6 && stands(v, a - 6, "字第") && stands(v, b, "号")) {
        if (continues(v[a - 7]) && a - 9 >= skip_) consider(Kind::military_licence, a - 9, b + 3, 0);
        return;
    }
    Label label = label_before(t, v, start);
    if (!label.word) return;
    uint64_t kinds = label.word->announces;
    bool han = label.word->text[0] & 0x80;
    int64_t size = b - a;
    if (kinds & bit(Kind::qq) && digits == size && size >= 5 && size <= 11 && v[a] != '0')
        consider(Kind::qq, a, b, context);
    if (kinds & bit(Kind::wechat)) {
        int64_t end = letter(v[a]) ? extent(v, a, in_name) : b;
        if (end - a >= 5 + (digits < size) && end - a <= 20) consider(Kind::wechat, a, end, context);
    }
    if (kinds & bit(Kind::account_name) && label.marked) {
        int64_t end = extent(v, a, in_account);
        if (end - a >= 3 && end - a <= 32 && v[end] != '@')
            consider(Kind::account_name, a, end, context | (made(v, a, end) ? inner : 0) | (han ? table : 0));
    }
    if (kinds & bit(Kind::password) && label.marked) {
        int64_t end = extent(v, start, in_password);
        if (end - start >= 4 && end - start <= 64)
            consider(Kind::password, start, end, context | (made(v, start, end) ? inner : 0) | (han ? table : 0));
    }
    if (kinds & bit(Kind::secret)) {
        int64_t end = extent(v, a, in_secret);
        if (end - a >= 16 && end - a <= 512) consider(Kind::secret, a, end, context | (made(v, a, end) ? inner : 0));
    }
    uint8_t parameter = v[label.begin - 1];
    if (kinds & bit(Kind::url_token) && v[start - 1] == '=' && (parameter == '?' || parameter == '&' || parameter == '#')) {
        int64_t end = extent(v, start, in_parameter);
        if (end - start >= 6) consider(Kind::url_token, start, end, context | (made(v, start, end) ? inner : 0));
    }
}

// Keys whose issuers gave them a form of their own: clouds, code hosts, JSON web tokens.
void Finder::known_secret(Run run) {
    int64_t a = run.begin, size = run.length();
    bool cloud = (size == 20 && stands(v, a, "AKIA")) || (size >= 16 && size <= 30 && stands(v, a, "LTAI")) ||
                 (size >= 32 && size <= 40 && stands(v, a, "AKID"));
    if (cloud) consider(Kind::secret, a, run.end, table);
    if (size >= 36 && (stands(v, a - 4, "ghp_") || stands(v, a - 4, "gho_"))) consider(Kind::secret, a - 4, run.end, table);
    if (stands(v, a, "eyJ")) {
        int64_t end = extent(v, a, in_account);
        int dots = 0;
        for (int64_t i = a; i < end; i++) dots += v[i] == '.';
        if (dots == 2 && end - a >= 40) consider(Kind::secret, a, end, table);
    }
}

}  // namespace shouxin
