// A second unit that includes the header: the two link, for it has no symbols of its own.
#include "neura.hpp"

std::string_view version_from_the_second_unit();

std::string_view version_from_the_second_unit() { return neura::version(); }
