// Every identifier of a text; needs no interpreter.
#pragma once
#include <vector>

#include "finder.hpp"

namespace shouxin {

std::vector<Finding> identifiers(const Tables& tables, View text, float least);

}  // namespace shouxin
