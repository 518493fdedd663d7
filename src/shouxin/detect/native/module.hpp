// What each part of the extension gives to the module.
#pragma once
#include <nanobind/nanobind.h>

namespace shouxin {

void bind_scan(nanobind::module_& module);
void bind_prose(nanobind::module_& module);
void bind_terms(nanobind::module_& module);
void bind_detector(nanobind::module_& module);

}  // namespace shouxin
