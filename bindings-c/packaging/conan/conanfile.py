"""A recipe for Conan 2: `conan create bindings-c/packaging/conan`, with cargo on the PATH.

`make deep` runs it with Conan 2.34 on Linux.
"""

import os
import re

from conan import ConanFile
from conan.tools.cmake import CMake, CMakeToolchain, cmake_layout
from conan.tools.files import copy, load, rm, rmdir

ROOT = os.path.join("..", "..", "..")


class Neura(ConanFile):
    name = "neura"
    description = "The native client for the NeuraAI API"
    homepage = "https://neura-ai.app"
    license = "Apache-2.0"
    package_type = "library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"shared": [True, False]}
    default_options = {"shared": False}

    def set_version(self):
        manifest = load(self, os.path.join(self.recipe_folder, ROOT, "Cargo.toml"))
        self.version = re.search(r'^version = "(.+)"$', manifest, re.MULTILINE).group(1)

    def export_sources(self):
        root = os.path.join(self.recipe_folder, ROOT)
        for pattern in ("CMakeLists.txt", "Cargo.*", "LICENSE", "include/*"):
            copy(self, pattern, root, self.export_sources_folder)
        # All members of the workspace, as Cargo.lock has them: cargo reads their manifests.
        for member in (
            "core",
            "bindings-c",
            "bindings-python",
            "bindings-node",
            "sandbox",
            "cli",
            "bench/instructions",
        ):
            for pattern in ("*.rs", "*.toml", "*.in", "*.sh", "*.txt", "*.md", "*.json"):
                copy(
                    self,
                    f"{member}/{pattern}",
                    root,
                    self.export_sources_folder,
                    excludes=("*/node_modules/*", "*/target/*"),
                )

    def configure(self):
        # A C library: the compiler's C++ settings change nothing.
        self.settings.rm_safe("compiler.cppstd")
        self.settings.rm_safe("compiler.libcxx")

    def layout(self):
        cmake_layout(self)

    def generate(self):
        CMakeToolchain(self).generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        CMake(self).install()
        copy(self, "LICENSE", self.source_folder, os.path.join(self.package_folder, "licenses"))
        # Conan writes its own files for pkg-config and CMake.
        lib = os.path.join(self.package_folder, "lib")
        rmdir(self, os.path.join(lib, "cmake"))
        rmdir(self, os.path.join(lib, "pkgconfig"))
        rm(self, "libneura.a" if self.options.shared else "libneura.so*", lib)

    def package_info(self):
        self.cpp_info.libs = ["neura"]
        self.cpp_info.set_property("cmake_file_name", "neura")
        target = "neura::neura" if self.options.shared else "neura::neura_static"
        self.cpp_info.set_property("cmake_target_name", target)
        self.cpp_info.set_property("pkg_config_name", "neura")
        if self.settings.os == "Linux" and not self.options.shared:
            self.cpp_info.system_libs = ["pthread", "dl", "m"]
