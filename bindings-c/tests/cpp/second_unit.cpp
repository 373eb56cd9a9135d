// A second unit that includes the header: the two link, because the header defines no symbols.
#include "neura.hpp"

std::string_view version_from_the_second_unit();

std::string_view version_from_the_second_unit() { return neura::version(); }
