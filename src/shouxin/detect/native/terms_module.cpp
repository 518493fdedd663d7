// The terms of a vocabulary for Python: bytes in, arrays out, without the interpreter's lock.
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "arrays.hpp"
#include "module.hpp"
#include "terms.hpp"

namespace nb = nanobind;

namespace shouxin {

namespace {

nb::tuple find(const Terms& terms, nb::bytes text) {
    std::vector<int32_t> term;
    std::vector<int64_t> start, end, run;
    {
        nb::gil_scoped_release released;
        for (const Terms::Hit& hit : terms.find(reinterpret_cast<const uint8_t*>(text.c_str()), text.size()))
            term.push_back(hit.term), start.push_back(hit.start), end.push_back(hit.end), run.push_back(hit.run);
    }
    return nb::make_tuple(array(std::move(term)), array(std::move(start)), array(std::move(end)), array(std::move(run)));
}

}  // namespace

void bind_terms(nb::module_& module) {
    nb::class_<Terms>(module, "Terms")
        .def(nb::init<const std::vector<std::string>&, const std::vector<uint8_t>&>(), nb::arg("terms"), nb::arg("roles"))
        .def("find", &find, nb::arg("text"));
}

}  // namespace shouxin
