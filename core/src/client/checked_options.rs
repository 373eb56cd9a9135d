//! The options that do not concern the key, checked.

use neura_transport::Settings;

use crate::config::{Limits, NetworkNames, Options, Sizes};
use crate::error::Error;
use crate::headers;
use crate::redact::Secrets;
use crate::url::{BaseUrl, DEFAULT_BASE_URL};

/// What follows from the options that do not concern the key.
pub(super) struct CheckedOptions {
    pub limits: Limits,
    pub max_retries: u32,
    pub max_in_flight: Option<usize>,
    pub sizes: Sizes,
    pub settings: Settings,
    pub network: NetworkNames,
}

impl CheckedOptions {
    /// Adds the secrets of the options to `secrets`.
    pub fn of(options: &Options, base_url: &BaseUrl, secrets: &Secrets) -> Result<Self, Error> {
        // Also if a callable gives the key later.
        headers::check(&options.headers)?;
        let setup = options.setup(base_url)?;
        setup.secrets().for_each(|secret| secrets.add(&secret));
        let sizes = setup.sizes;
        let (limits, max_retries) = (options.limits()?, options.retries()?);
        let max_in_flight = options.in_flight()?;
        let (settings, network) = setup.prepare(base_url)?;
        Ok(CheckedOptions {
            limits,
            max_retries,
            max_in_flight,
            sizes,
            settings,
            network,
        })
    }
}

/// Checks every option that does not concern the key; for a report.
pub(crate) fn check_options(options: &Options, url: Option<&BaseUrl>) -> Result<(), Error> {
    // Without a base URL, as for the default one: every option is still read.
    let url = match url {
        Some(url) => url.clone(),
        None => BaseUrl::parse(DEFAULT_BASE_URL, false, "the default")?,
    };
    CheckedOptions::of(options, &url, &Secrets::default()).map(drop)
}
