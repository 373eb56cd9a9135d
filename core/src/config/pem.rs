//! Certificates and keys from a PEM file that an option or a variable names.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use rustls_pki_types::pem::{self, PemObject};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use zeroize::Zeroizing;

use super::config_error;
use super::file::{self, Pipes, Rules, Unusable};
use crate::error::Error;

/// The largest lists of authorities in use have some 300 KiB.
const LARGEST: u64 = 8 << 20;

/// The same for all files of a folder together. A system's folder holds each certificate twice.
const LARGEST_FOLDER: usize = 32 << 20;

/// All certificates of a PEM file, or of the PEM files in a folder; at least one. Errors name it
/// `named`. In a folder, damaged files and files without a certificate are skipped.
///
/// # Errors
/// `config` if there is no certificate, or the file is damaged.
pub(super) fn certificates(
    named: String,
    path: &Path,
) -> Result<Vec<CertificateDer<'static>>, Error> {
    match path.is_dir() {
        true => in_folder(&named, path),
        false => PemFile::read(named, path)?.certificates(),
    }
}

fn in_folder(named: &str, path: &Path) -> Result<Vec<CertificateDer<'static>>, Error> {
    let wrong = |what: String| Err(config_error(format!("{named} {what}")));
    let entries: std::io::Result<Vec<PathBuf>> = std::fs::read_dir(path)
        .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect());
    let mut files = match entries {
        Ok(files) => files,
        Err(error) => {
            let why = Unusable::Unreadable(error).advise("Name a PEM file instead");
            return wrong(format!("is a folder that {why}"));
        }
    };
    files.sort();
    let (mut found, mut seen, mut size) = (Vec::new(), HashSet::new(), 0);
    for file in files {
        let Ok(file) = PemFile::read(String::new(), &file) else {
            continue;
        };
        size += file.bytes.len();
        if size > LARGEST_FOLDER {
            let most = LARGEST_FOLDER >> 20;
            return wrong(format!(
                "is a folder whose files have more than {most} MiB. Name a PEM file instead"
            ));
        }
        // Each certificate is there more than once: by its name, by its hash, in one file of all.
        let new = file.certificates().unwrap_or_default().into_iter();
        found.extend(new.filter(|certificate| seen.insert(certificate.clone())));
    }
    match found.is_empty() {
        true => wrong(
            "is a folder without a PEM file that holds a certificate (-----BEGIN \
             CERTIFICATE-----). Add one, or name a file"
                .to_owned(),
        ),
        false => Ok(found),
    }
}

/// The bytes of a file. It may hold a key, so they are wiped when it is dropped.
pub(super) struct PemFile {
    /// The file and what names it, as errors say it.
    named: String,
    bytes: Zeroizing<Vec<u8>>,
}

impl PemFile {
    /// Reads the file; errors name it `named`.
    pub fn read(named: String, path: &Path) -> Result<Self, Error> {
        let rules = Rules {
            pipes: Pipes::Refused,
            largest: LARGEST,
            own: false,
            private: false,
        };
        let bytes = file::read_bytes(path, rules)
            .map_err(|why| config_error(format!("{named} {}", why.advise("Give a PEM file"))))?;
        match bytes.iter().all(u8::is_ascii_whitespace) {
            true => Err(config_error(format!("{named} is empty. Give a PEM file"))),
            false => Ok(PemFile { named, bytes }),
        }
    }

    /// All certificates in it, at least one.
    pub fn certificates(&self) -> Result<Vec<CertificateDer<'static>>, Error> {
        let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(self.text()).collect();
        let found = found.map_err(|error| self.broken(&error))?;
        match found.is_empty() {
            true => Err(self.lacks("certificate (-----BEGIN CERTIFICATE-----)", "x509")),
            false => Ok(found),
        }
    }

    /// The first key in it.
    pub fn key(&self) -> Result<PrivateKeyDer<'static>, Error> {
        if self.holds(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
            || self.holds(b"Proc-Type: 4,ENCRYPTED")
        {
            return Err(self.wrong(
                "holds an encrypted key, and nothing here asks for its password. Write it out \
                 without one (openssl pkey -in KEY -out PLAIN_KEY) and keep that file private",
            ));
        }
        match PrivateKeyDer::from_pem_slice(self.text()) {
            Ok(key) => Ok(key),
            Err(pem::Error::NoItemsFound) => {
                Err(self.lacks("private key (-----BEGIN PRIVATE KEY-----)", "pkey"))
            }
            Err(error) => Err(self.broken(&error)),
        }
    }

    /// An error that names the file.
    pub fn wrong(&self, what: &str) -> Error {
        config_error(format!("{} {what}", self.named))
    }

    /// Without the byte order mark that editors on Windows put first, which hides the first line.
    fn text(&self) -> &[u8] {
        self.bytes
            .strip_prefix(b"\xef\xbb\xbf")
            .unwrap_or(&self.bytes)
    }

    fn holds(&self, part: &[u8]) -> bool {
        memchr::memmem::find(&self.bytes, part).is_some()
    }

    /// `command` is the one of openssl that converts it.
    fn lacks(&self, what: &str, command: &str) -> Error {
        if self.holds(b"-----BEGIN ") {
            return self.wrong(&format!("holds no {what}. Add it"));
        }
        if file::is_utf_16(&self.bytes) {
            return self.wrong(&format!("is UTF-16 text. {}", file::SAVE_AS_UTF_8));
        }
        // Every binary certificate or key is an ASN.1 sequence, which begins with this byte.
        match self.bytes.first() {
            Some(0x30) => self.wrong(&format!(
                "is binary (DER or PKCS #12), not PEM. Convert it, for example with openssl \
                 {command} -inform der -in FILE -out FILE.pem"
            )),
            _ => self.wrong(&format!("is not PEM: it holds no {what}. Give a PEM file")),
        }
    }

    /// Not with the text of the library, which may quote the file.
    fn broken(&self, error: &pem::Error) -> Error {
        let what = match error {
            pem::Error::MissingSectionEnd { .. } => "breaks off: its last part has no END line",
            pem::Error::IllegalSectionStart { .. } => "has an incomplete BEGIN line",
            pem::Error::Base64Decode(_) => "has a part that is not base64",
            _ => "cannot be read as PEM",
        };
        self.wrong(&format!("{what}. Is the PEM file damaged?"))
    }
}
