//! Sets the soname on Linux: programs load `libneura.so.0` at run time, and keep it loaded.

use std::path::{Path, PathBuf};
use std::{env, io};

/// The number goes up with each change of the header that breaks compiled programs.
const SONAME: &str = "libneura.so.0";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if env::var("CARGO_CFG_TARGET_OS").as_deref() != Ok("linux") {
        return;
    }
    println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,{SONAME}");
    // After dlclose the code stays: a name look-up that was given up may still run in it.
    println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");

    // Cargo writes only `libneura.so`, but a program that is linked against it loads the
    // soname. This symbolic link makes the plain build usable in its folder; it dangles until
    // cargo has written the library.
    let Some(folder) = profile_folder() else {
        return;
    };
    if let Err(error) = link_soname(&folder.join(SONAME)) {
        println!("cargo:warning={SONAME} was not made: {error}");
    }
}

/// `target/release` of `target/release/build/neura-c-<hash>/out`. None if cargo builds
/// elsewhere: the libraries are then not beside the build folder.
fn profile_folder() -> Option<PathBuf> {
    let out = PathBuf::from(env::var_os("OUT_DIR")?);
    let build = out.ancestors().nth(2)?;
    (build.file_name()? == "build").then(|| build.parent().map(Path::to_path_buf))?
}

#[cfg(unix)]
fn link_soname(link: &Path) -> io::Result<()> {
    match std::os::unix::fs::symlink("libneura.so", link) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made,
    }
}

/// Cross-compiling from a system without symbolic links: there, packaging gives the file its name.
#[cfg(not(unix))]
fn link_soname(_link: &Path) -> io::Result<()> {
    Ok(())
}
