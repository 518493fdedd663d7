// What only its label makes known: QQ and WeChat numbers, account names, passwords, secrets.
#include <algorithm>
#include <string_view>

#include "finder.hpp"

namespace shouxin {

using namespace evidence;

namespace {

constexpr int64_t longest_private_key = 1 << 14;

// The forms of values that each byte may stand in, a bit each.
struct InForms {
    uint8_t of[256] = {};
    InForms() {
        for (int i = '!'; i < 0x7F; i++) {
            const auto c = static_cast<uint8_t>(i);
            const bool name = alnum(c) || c == '_' || c == '-', account = name || c == '.';
            const bool password = c != '"' && c != '\'' && c != ',' && c != ';' && c != '<' && c != '>' && c != ')' && c != ']' && c != '}';
            add(c, Form::name, name), add(c, Form::account, account), add(c, Form::password, password);
            add(c, Form::secret, account || c == '+' || c == '/' || c == '=' || c == '~');
            add(c, Form::parameter, password && c != '&' && c != '#');
        }
    }
    void add(uint8_t c, Form form, bool fits) { of[c] |= static_cast<uint8_t>(fits << static_cast<int>(form)); }
    bool has(uint8_t c, Form form) const { return of[c] >> static_cast<int>(form) & 1; }
};
const InForms in_forms;

// Whether a value looks made: digits among letters, symbols, or both cases.
bool made(View v, int64_t a, int64_t b) {
    bool lowers = false, uppers = false;
    for (int64_t i = a; i < b; i++) {
        const uint8_t c = v.s[i];
        lowers |= lower(c);
        uppers |= upper(c) && i > a;
        if (lowers && uppers) return true;
        if (!letter(c) && c != '_' && c != '-' && c != '.') return true;
    }
    return false;
}

// The names of ways to sign in that a blank parts from what proves the right: `Bearer …`, `Authorization: Basic …`.
bool scheme(const Tables& t, View v, int64_t end) {
    const uint8_t last = lowered(v[end - 1]);
    const Word* word = last == 'r' || last == 'c' ? t.ends(v, end) : nullptr;
    return word && (word->text == "bearer" || word->text == "authorization: basic");
}

// Whether a paper numbered …字第…号 is one of the forces: the character of an arm, a region or a service before 字,
// and none of a civil authority before that.
bool of_forces(const Tables& t, View v, int64_t arm) {
    static const std::string_view arms = "军海空陆南北沈兰济广成参政后装士文武警东西中", civil = "国省市县区州府院法公民";
    const auto among = [&](std::string_view characters, int64_t i) {
        for (size_t k = 0; k < characters.size(); k += 3)
            if (three(v, i) == three({reinterpret_cast<const uint8_t*>(characters.data()) + k, 3}, 0)) return true;
        return false;
    };
    return among(arms, arm) && !among(civil, arm - 3) && !t.plate(v, arm - 3);
}

}  // namespace

int64_t Finder::extent(int64_t i, Form form) {
    Extent& last = extents_[static_cast<int>(form)];
    if (i < last.begin || i >= last.reach) {
        last = {i, i, i};
        while (in_forms.has(v[last.reach], form)) last.reach++;
        for (last.end = last.reach; v[last.end - 1] == '.';) last.end--;
    }
    return last.end;
}

int64_t Finder::dots(int64_t a, int64_t end) {
    const bool again = end == dotted_.end && a >= dotted_.begin;
    const int64_t counted = std::count(v.s + (again ? dotted_.begin : a), v.s + (again ? a : end), '.');
    dotted_ = {a, end, again ? dotted_.count - counted : counted};
    return dotted_.count;
}

void Finder::value(int64_t a, int64_t b, int64_t digits, bool glued) {
    int64_t start = a;
    while (start > 0 && a - start < 8 && symbol(v[start - 1])) start--;
    uint8_t before = v[start - 1];
    if (!glued && before == ' ' && v[start - 2] < 0x80 && v[start - 2] != ':' && v[start - 2] != '=' &&
        !scheme(t, v, start - 1))
        return;
    if (!glued && before < 0x80 && before != ':' && before != '=' && before != '"' && before != '\'' && before != ' ') return;
    if (digits == b - a && digits >= 6 && stands(v, a - 6, "字第") && stands(v, b, "号")) {
        if (digits <= 8 && a - 9 >= skip_ && of_forces(t, v, a - 9)) consider(Kind::military_licence, a - 9, b + 3, 0);
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
        int64_t end = letter(v[a]) ? extent(a, Form::name) : b;
        if (end - a >= 5 + (digits < size) && end - a <= 20) consider(Kind::wechat, a, end, context);
    }
    if (kinds & bit(Kind::account_name) && label.marked) {
        int64_t end = extent(a, Form::account);
        if (end - a >= 3 && end - a <= 32 && v[end] != '@')
            consider(Kind::account_name, a, end, context | (made(v, a, end) ? inner : 0) | (han ? table : 0));
    }
    if (kinds & bit(Kind::password) && label.marked) {
        int64_t end = extent(start, Form::password);
        if (end - start >= 4 && end - start <= 64)
            consider(Kind::password, start, end, context | (made(v, start, end) ? inner : 0) | (han ? table : 0));
    }
    if (kinds & bit(Kind::secret)) {
        int64_t end = extent(a, Form::secret);
        if (end - a >= 16 && end - a <= 512) consider(Kind::secret, a, end, context | (made(v, a, end) ? inner : 0));
    }
    uint8_t parameter = v[label.begin - 1];
    if (kinds & bit(Kind::url_token) && v[start - 1] == '=' && (parameter == '?' || parameter == '&' || parameter == '#')) {
        int64_t end = extent(start, Form::parameter);
        if (end - start >= 6) consider(Kind::url_token, start, end, context | (made(v, start, end) ? inner : 0));
    }
}

// Where the private key ends whose first line begins at a, or a where none does: PEM (RFC 7468).
int64_t private_key(View v, int64_t a) {
    const int64_t line = a - 1 - (v[a - 2] == '\r');
    if (v[a - 1] != '\n' || !stands(v, line - 16, "PRIVATE KEY-----")) return a;
    const auto base64 = [](uint8_t c) { return alnum(c) || c == '+' || c == '/' || c == '=' || c == '\n' || c == '\r'; };
    int64_t end = a;
    while (end - a < longest_private_key && base64(v[end])) end++;
    while (v[end - 1] == '\n' || v[end - 1] == '\r') end--;
    return end;
}

// Keys whose issuers gave them a form of their own: clouds, code hosts, JSON web tokens, PEM.
void Finder::known_secret(Run run) {
    int64_t a = run.begin, size = run.length();
    bool cloud = (size == 20 && stands(v, a, "AKIA")) || (size >= 16 && size <= 30 && stands(v, a, "LTAI")) ||
                 (size >= 32 && size <= 40 && stands(v, a, "AKID"));
    if (cloud) consider(Kind::secret, a, run.end, table);
    if (size >= 36 && (stands(v, a - 4, "ghp_") || stands(v, a - 4, "gho_"))) consider(Kind::secret, a - 4, run.end, table);
    if (stands(v, a, "eyJ")) {
        int64_t end = extent(a, Form::account);
        if (end - a >= 40 && dots(a, end) == 2) consider(Kind::secret, a, end, table);
    }
    if (int64_t end = private_key(v, a); end > a) consider(Kind::secret, a, end, table);
}

}  // namespace shouxin
