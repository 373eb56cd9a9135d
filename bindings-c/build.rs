//! Names the shared library on Linux: programs ask for `libneura.so.0` at run time.

use std::path::{Path, PathBuf};
use std::{env, io};

/// Counts up when a function of the header changes in a way that old programs cannot bear.
const SONAME: &str = "libneura.so.0";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if env::var("CARGO_CFG_TARGET_OS").as_deref() != Ok("linux") {
        return;
    }
    println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,{SONAME}");

    // Cargo writes `libneura.so` alone, and a program that is linked against it looks for
    // the soname. A link that dangles until the library is there makes the plain build
    // usable where it stands.
    let Some(folder) = profile_folder() else {
        return;
    };
    if let Err(error) = lay_down(&folder.join(SONAME)) {
        println!("cargo:warning={SONAME} was not made: {error}");
    }
}

/// `target/release` of `target/release/build/neura-c-<hash>/out`; none where cargo is told
/// to build elsewhere, for then nobody expects the libraries beside the build folder.
fn profile_folder() -> Option<PathBuf> {
    let out = PathBuf::from(env::var_os("OUT_DIR")?);
    let build = out.ancestors().nth(2)?;
    (build.file_name()? == "build").then(|| build.parent().map(Path::to_path_buf))?
}

#[cfg(unix)]
fn lay_down(link: &Path) -> io::Result<()> {
    match std::os::unix::fs::symlink("libneura.so", link) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made,
    }
}

/// Cross-compiling from a system without symbolic links: packaging names the file there.
#[cfg(not(unix))]
fn lay_down(_link: &Path) -> io::Result<()> {
    Ok(())
}
