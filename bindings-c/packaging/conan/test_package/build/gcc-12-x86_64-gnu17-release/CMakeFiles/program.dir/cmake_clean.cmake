file(REMOVE_RECURSE
  "CMakeFiles/program.dir/program.c.o"
  "CMakeFiles/program.dir/program.c.o.d"
  "program"
  "program.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/program.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
