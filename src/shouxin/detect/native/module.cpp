// The Python side of the extension: every part adds its functions to the one module.
#include "module.hpp"

#include "kinds.hpp"

namespace nb = nanobind;

NB_MODULE(_native, module) {
    nb::set_leak_warnings(false);  // what is kept for the life of the process is no leak
    nb::list names;
#define SHOUXIN_ENTRY(name) names.append(#name);
    SHOUXIN_KINDS(SHOUXIN_ENTRY)
#undef SHOUXIN_ENTRY
    module.attr("KINDS") = nb::tuple(names);
    shouxin::bind_scan(module);
    shouxin::bind_prose(module);
    shouxin::bind_terms(module);
    shouxin::bind_detector(module);
}
