//! The fields of a certificate that messages name. `der` reads the encoding; everything else in a
//! certificate is skipped, since rustls has checked it or has refused it.
//!
//! Source: RFC 5280, sections 4.1 and 4.2.1.6; RFC 4519 for the short names.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::RangeInclusive;
use std::time::Duration;

use der::asn1::{AnyRef, GeneralizedTime, ObjectIdentifier, OctetStringRef, UtcTime};
use der::{Class, Reader, Result, SliceReader, Tag, Tagged};

const SUBJECT_ALTERNATIVE_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.17");

/// The kinds of alternative names that are hosts.
const DNS_NAME: u32 = 2;
const IP_ADDRESS: u32 = 7;

const SHORT_NAMES: [(ObjectIdentifier, &str); 9] = [
    (ObjectIdentifier::new_unwrap("2.5.4.3"), "CN"),
    (ObjectIdentifier::new_unwrap("2.5.4.5"), "serialNumber"),
    (ObjectIdentifier::new_unwrap("2.5.4.6"), "C"),
    (ObjectIdentifier::new_unwrap("2.5.4.7"), "L"),
    (ObjectIdentifier::new_unwrap("2.5.4.8"), "ST"),
    (ObjectIdentifier::new_unwrap("2.5.4.10"), "O"),
    (ObjectIdentifier::new_unwrap("2.5.4.11"), "OU"),
    (
        ObjectIdentifier::new_unwrap("0.9.2342.19200300.100.1.25"),
        "DC",
    ),
    (
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.1"),
        "emailAddress",
    ),
];

pub(super) struct Certificate<'a> {
    pub issuer: Name<'a>,
    pub subject: Name<'a>,
    /// The first and the last second, since 1970.
    pub valid: RangeInclusive<i64>,
    /// The DNS names and addresses among the alternative names.
    pub hosts: Vec<String>,
}

impl<'a> Certificate<'a> {
    /// `None` if it cannot be read.
    pub fn read(der: &'a [u8]) -> Option<Self> {
        let mut reader = SliceReader::new(der).ok()?;
        let signed = reader.sequence(|signed| {
            let fields = signed.sequence(Self::fields)?;
            let _algorithm = signed.decode::<AnyRef<'_>>()?;
            let _signature = signed.decode::<AnyRef<'_>>()?;
            Ok::<_, der::Error>(fields)
        });
        signed.ok()
    }

    fn fields(fields: &mut SliceReader<'a>) -> Result<Self> {
        let first = fields.decode::<AnyRef<'_>>()?;
        if context_number(first).is_some() {
            let _serial_number = fields.decode::<AnyRef<'_>>()?; // That was the version.
        }
        let _signature = fields.decode::<AnyRef<'_>>()?;
        let issuer = Name(fields.decode()?);
        let valid = fields.sequence(|times| Ok::<_, der::Error>(time(times)?..=time(times)?))?;
        let subject = Name(fields.decode()?);
        let _public_key = fields.decode::<AnyRef<'_>>()?;
        let mut hosts = Vec::new();
        while !fields.is_finished() {
            let optional = fields.decode::<AnyRef<'_>>()?;
            if context_number(optional) == Some(3) {
                hosts = hosts_among(optional.value());
            }
        }
        Ok(Certificate {
            issuer,
            subject,
            valid,
            hosts,
        })
    }
}

/// The number of a context-specific tag.
fn context_number(of: AnyRef<'_>) -> Option<u32> {
    let tag = of.tag();
    (tag.class() == Class::ContextSpecific).then(|| tag.number().value())
}

fn time(times: &mut SliceReader<'_>) -> Result<i64> {
    let since_1970 = match Tag::peek(times)? {
        Tag::UtcTime => times.decode::<UtcTime>()?.to_unix_duration(),
        _ => times.decode::<GeneralizedTime>()?.to_unix_duration(),
    };
    Ok(seconds(since_1970))
}

fn seconds(since_1970: Duration) -> i64 {
    i64::try_from(since_1970.as_secs()).unwrap_or(i64::MAX)
}

/// The hosts among a certificate's extensions, as far as these can be read.
fn hosts_among(extensions: &[u8]) -> Vec<String> {
    let mut hosts = Vec::new();
    let _unreadable = members(extensions, |extensions| {
        extensions.sequence(|extension| {
            let id = extension.decode::<ObjectIdentifier>()?;
            if Tag::peek(extension)? == Tag::Boolean {
                let _critical = extension.decode::<bool>()?;
            }
            let value = extension.decode::<&OctetStringRef>()?;
            if id == SUBJECT_ALTERNATIVE_NAME {
                members(value.as_bytes(), |names| {
                    let name = names.decode::<AnyRef<'_>>()?;
                    hosts.extend(host(context_number(name), name.value()));
                    Ok(())
                })?;
            }
            Ok(())
        })
    });
    hosts
}

/// Calls `read` until it has read all members of the sequence in these bytes.
fn members<'a>(
    of: &'a [u8],
    mut read: impl FnMut(&mut SliceReader<'a>) -> Result<()>,
) -> Result<()> {
    SliceReader::new(of)?.sequence(|members| {
        while !members.is_finished() {
            read(members)?;
        }
        Ok(())
    })
}

fn host(kind: Option<u32>, value: &[u8]) -> Option<String> {
    match kind? {
        DNS_NAME => Some(String::from_utf8_lossy(value).into_owned()),
        IP_ADDRESS => {
            let v4 = <[u8; 4]>::try_from(value).map(|bytes| Ipv4Addr::from(bytes).to_string());
            let v6 = <[u8; 16]>::try_from(value).map(|bytes| Ipv6Addr::from(bytes).to_string());
            v4.or(v6).ok()
        }
        _ => None,
    }
}

/// A distinguished name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Name<'a>(AnyRef<'a>);

impl Name<'_> {
    /// Its parts in the order of the certificate: `C=US, O=Let's Encrypt, CN=R3`. What cannot be
    /// read is left out.
    pub fn text(self) -> String {
        let mut parts = Vec::new();
        let _unreadable = self.0.sequence(|sets| {
            while !sets.is_finished() {
                let set = sets.decode::<AnyRef<'_>>()?;
                parts.push(attributes(set.value())?.join(" + "));
            }
            Ok::<_, der::Error>(())
        });
        parts.join(", ")
    }
}

fn attributes(set: &[u8]) -> Result<Vec<String>> {
    let mut reader = SliceReader::new(set)?;
    let mut found = Vec::new();
    while !reader.is_finished() {
        found.push(reader.sequence(|attribute| {
            let id = attribute.decode::<ObjectIdentifier>()?;
            let value = text(attribute.decode()?);
            let short = SHORT_NAMES.iter().find(|(known, _)| *known == id);
            Ok::<_, der::Error>(match short {
                Some((_, name)) => format!("{name}={value}"),
                None => format!("{id}={value}"),
            })
        })?);
    }
    Ok(found)
}

/// A string of any of the types that names have.
fn text(value: AnyRef<'_>) -> String {
    let bytes = value.value();
    match value.tag() {
        Tag::BmpString => {
            let units = bytes
                .chunks_exact(2)
                .map(|it| u16::from_be_bytes([it[0], it[1]]));
            let units: Vec<u16> = units.collect();
            String::from_utf16_lossy(&units)
        }
        // In practice Latin-1.
        Tag::TeletexString => bytes.iter().copied().map(char::from).collect(),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use rcgen::string::{BmpString, TeletexString};
    use rcgen::{CertificateParams, DnType, DnValue, KeyPair, date_time_ymd};

    use super::Certificate;

    fn made() -> Vec<u8> {
        let names = ["a.example", "10.1.2.3", "::1"].map(str::to_owned);
        let mut params = CertificateParams::new(names).unwrap();
        params.not_before = date_time_ymd(1970, 1, 2);
        params.not_after = date_time_ymd(4096, 1, 1);
        let name = &mut params.distinguished_name;
        name.push(DnType::CountryName, "DE");
        let wide = BmpString::try_from("Müller → Söhne").unwrap();
        name.push(DnType::OrganizationName, DnValue::BmpString(wide));
        let old = TeletexString::try_from("plain").unwrap();
        name.push(DnType::OrganizationalUnitName, DnValue::TeletexString(old));
        name.push(DnType::CustomDnType(vec![1, 2, 3, 4]), "own, text");
        name.push(DnType::CommonName, "Größe");
        let key = KeyPair::generate().unwrap();
        params.self_signed(&key).unwrap().der().to_vec()
    }

    #[test]
    fn the_fields_of_a_certificate() {
        let der = made();
        let read = Certificate::read(&der).unwrap();
        // As rcgen orders them.
        let name = "CN=Größe, C=DE, O=Müller → Söhne, OU=plain, 1.2.3.4=own, text";
        assert_eq!(read.issuer.text(), name);
        assert_eq!(read.subject.text(), name);
        assert!(read.subject == read.issuer);
        assert_eq!(read.valid, 86_400..=67_090_118_400);
        assert_eq!(read.hosts, ["a.example", "10.1.2.3", "::1"]);
    }

    #[test]
    fn what_is_damaged_is_read_in_part_or_not_at_all() {
        let der = made();
        for at in 0..der.len() {
            assert!(
                Certificate::read(&der[..at]).is_none(),
                "the first {at} bytes"
            );
            for bit in 0..8 {
                let mut damaged = der.clone();
                damaged[at] ^= 1 << bit;
                if let Some(read) = Certificate::read(&damaged) {
                    let _ = (read.issuer.text(), read.subject.text());
                }
            }
        }
    }
}
