// The kinds of identifiers that the scanner tells apart, in the order of detect/kinds/order.yaml.
#pragma once
#include <cstdint>

namespace shouxin {

#define SHOUXIN_KINDS(X)                                                                             \
    X(resident_id) X(resident_id_15) X(residence_permit_hmt) X(foreign_permanent_resident)           \
    X(mobile) X(landline) X(phone_hmt) X(phone_abroad) X(bank_card) X(uscc) X(passport)              \
    X(hk_macao_permit) X(taiwan_permit) X(military_licence) X(driving_licence) X(licence_plate)      \
    X(vin) X(email) X(ipv4) X(ipv6) X(mac) X(imei) X(imsi) X(iccid) X(coordinates) X(birth_date)     \
    X(qq) X(wechat) X(account_name) X(password) X(secret) X(url_token)                               \
    X(person_name) X(address) X(organisation) X(minor_age)                                           \
    X(biometric) X(religion) X(specific_identity) X(medical) X(financial_account) X(whereabouts)     \
    X(under_14)

enum class Kind : uint8_t {
#define SHOUXIN_ENTRY(name) name,
    SHOUXIN_KINDS(SHOUXIN_ENTRY)
#undef SHOUXIN_ENTRY
    count
};

constexpr int kinds = static_cast<int>(Kind::count);

}  // namespace shouxin
