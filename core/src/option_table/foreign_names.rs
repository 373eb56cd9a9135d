//! What a name of another library means here: of the OpenAI SDKs, requests, httpx, fetch and
//! LangChain.

use super::{ALL, Language, Row, Scope, near_miss, rows};

/// The meaning of a name.
enum Meaning {
    /// An option of this project.
    Option(&'static Row),
    /// No option of this project. The text says what to do instead; `{ca_file}`, the name of a row,
    /// stands for the option as the language spells it.
    Instead(&'static str),
}

/// What to say of a name that a call does not take: which of the known names was meant, or what
/// another library's option is called or done with here.
///
/// ```
/// use neura::bindings::hint;
///
/// let known = ["api_key", "base_url"];
/// assert_eq!(hint("apikey", known).unwrap(), "did you mean 'api_key'?");
/// assert_eq!(hint("api_base", known).unwrap(), "did you mean 'base_url'?");
/// assert_eq!(hint("api_base", ["json"]).unwrap(), "give base_url when a client is made");
/// assert!(hint("organization", known).unwrap().contains("OpenAI"));
/// assert_eq!(hint("colour", known), None);
/// ```
pub fn hint<'k>(given: &str, known: impl IntoIterator<Item = &'k str> + Clone) -> Option<String> {
    let meant = |name: &str| Some(format!("did you mean '{name}'?"));
    if let Some(name) = near_miss(given, known.clone()) {
        return meant(name);
    }
    let language = Language::current();
    let of_clients = |row: &&&Row| row.spelled(language, Scope::Client).as_deref() == Some(given);
    let own = ALL.iter().find(of_clients).map(|row| Meaning::Option(row));
    match own.or_else(|| meaning(given))? {
        Meaning::Option(row) => {
            let mut spelled = [Scope::Client, Scope::Request]
                .into_iter()
                .filter_map(|scope| row.spelled(language, scope));
            match spelled.find(|name| known.clone().into_iter().any(|known| known == name)) {
                Some(name) => meant(&name),
                None => Some(format!("give {row} when a client is made")),
            }
        }
        Meaning::Instead(text) => Some(in_words(text)),
    }
}

/// What to do in place of what another library's option of this name does, if this project has none
/// for it.
pub fn instead(name: &str) -> Option<String> {
    match meaning(name)? {
        Meaning::Instead(text) => Some(in_words(text)),
        Meaning::Option(_) => None,
    }
}

/// A text with the names of options as the language spells them.
fn in_words(text: &str) -> String {
    ALL.iter().fold(text.to_owned(), |text, row| {
        text.replace(&format!("{{{}}}", row.name), &row.to_string())
    })
}

fn meaning(given: &str) -> Option<Meaning> {
    use Meaning::{Instead, Option};
    let name: String = given
        .chars()
        .filter(|letter| !"_-".contains(*letter))
        .collect();
    Some(match name.to_ascii_lowercase().as_str() {
        "accesstoken" | "apitoken" | "authtoken" | "bearertoken" | "key" | "openaiapikey"
        | "secretkey" | "token" => Option(&rows::API_KEY),
        "apibase" | "apihost" | "apiurl" | "baseuri" | "endpoint" | "host" | "openaiapibase"
        | "openaibaseurl" | "serverurl" | "url" => Option(&rows::BASE_URL),
        "requesttimeout" | "totaltimeout" => Option(&rows::TIMEOUT),
        "connectiontimeout" => Option(&rows::CONNECT_TIMEOUT),
        "readtimeout" | "sockettimeout" | "streamtimeout" => Option(&rows::IDLE_TIMEOUT),
        "maxattempts" | "numretries" | "retries" | "retry" | "retrycount" | "totalretries" => {
            Option(&rows::MAX_RETRIES)
        }
        "concurrency" | "maxconcurrency" | "maxconcurrent" => Option(&rows::MAX_IN_FLIGHT),
        "customheaders" | "defaultheaders" | "extraheaders" | "httpheaders" => {
            Option(&rows::HEADERS)
        }
        "query" | "queryparams" | "querystring" | "searchparams" => Option(&rows::PARAMS),
        "httpproxy" | "httpsproxy" | "openaiproxy" | "proxyurl" => Option(&rows::PROXY),
        "ca" | "cabundle" | "cacert" | "cacerts" | "sslcacert" => Option(&rows::CA_FILE),
        "certfile" => Option(&rows::CLIENT_CERT),
        "keyfile" => Option(&rows::CLIENT_KEY),
        "allowredirects" | "followredirects" | "maxredirects" | "redirect" => {
            Instead("redirects are not followed; `headers['location']` of a reply names the target")
        }
        "auth" => Instead(
            "the key is sent automatically; give a Client its {api_key}, or send Authorization",
        ),
        "cert" => Instead("give a Client its {client_cert} and {client_key}"),
        "cookies" | "credentials" => Instead("cookies are not kept; send a Cookie header"),
        "eventhooks" | "hooks" => {
            Instead("call the function with the reply; the log has a record of each attempt")
        }
        "mounts" | "proxies" => {
            Instead("give a Client its {proxy} (False for none), or set https_proxy")
        }
        "insecure" | "rejectunauthorized" | "ssl" | "sslcontext" | "sslverify" | "verify"
        | "verifyssl" => Instead(
            "the server's certificate is always checked, or the key could go to a stranger. To \
             trust your own certificate, give a Client its {ca_file}, or set SSL_CERT_FILE",
        ),
        "trustenv" => {
            Instead("give a Client {proxy}=False and {ca_file}, which override the environment")
        }
        "agent" | "asyncclient" | "client" | "dispatcher" | "fetch" | "fetchoptions"
        | "httpagent" | "httpasyncclient" | "httpclient" | "httpsagent" | "session"
        | "transport" => Instead(
            "the connections are this package's own; {proxy}, {ca_file} and {client_cert} of a \
             Client configure them. The adapters put another library's client above them",
        ),
        "limits" | "maxconnections" | "poolblock" | "poolconnections" | "poolmaxsize" => Instead(
            "connections are kept and reused without a limit; {max_in_flight} of a Client limits \
             how many calls run at a time",
        ),
        "http1" | "http2" => Instead("requests are sent by HTTP/1.1"),
        "debug" | "loglevel" | "verbose" => Instead("set NEURA_LOG to info or debug"),
        "useragent" => Instead("give User-Agent among the {headers}"),
        "frequencypenalty" | "maxtokens" | "messages" | "model" | "modelname" | "temperature"
        | "topp" => Instead("give it with each call of chat.completions.create"),
        "stream" => Instead("give stream=True with each request"),
        "orgid" | "openaiorganization" | "organization" | "organizationid" | "project"
        | "projectid" => Instead(
            "organizations and projects are accounts of OpenAI; here a key says which account it \
             belongs to",
        ),
        "adminapikey"
        | "apitype"
        | "apiversion"
        | "azureadtoken"
        | "azureadtokenprovider"
        | "azuredeployment"
        | "azureendpoint"
        | "dataresidency"
        | "provider"
        | "webhooksecret"
        | "websocketbaseurl"
        | "workloadidentity" => Instead("it is for OpenAI's or Azure's own service: leave it out"),
        "dangerouslyallowbrowser" => {
            Instead("a key in a browser is no secret: make calls on a server of yours")
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_another_library_says_what_it_is_here() {
        let known = [
            "api_key",
            "base_url",
            "timeout",
            "max_retries",
            "headers",
            "ca_file",
        ];
        for (given, words) in [
            ("api_base", "did you mean 'base_url'?"),
            ("apiBase", "did you mean 'base_url'?"),
            ("token", "did you mean 'api_key'?"),
            ("num_retries", "did you mean 'max_retries'?"),
            ("request_timeout", "did you mean 'timeout'?"),
            ("CA_BUNDLE", "did you mean 'ca_file'?"),
            ("proxy_url", "give proxy when a client is made"),
            ("allow_http", "give allow_http when a client is made"),
            ("organization", "accounts of OpenAI"),
            ("verify", "give a Client its ca_file, or set SSL_CERT_FILE"),
            (
                "httpAgent",
                "the connections are this package's own; proxy, ca_file and client_cert",
            ),
            ("api_version", "OpenAI's or Azure's own service"),
            ("temperature", "with each call"),
        ] {
            let hint = hint(given, known).unwrap_or_else(|| panic!("{given}"));
            assert!(
                hint.contains(words) && !hint.contains('{'),
                "{given}: {hint}"
            );
        }
    }

    #[test]
    fn a_typing_error_comes_first_and_other_names_mean_nothing() {
        assert_eq!(hint("modle", ["model"]).unwrap(), "did you mean 'model'?");
        for given in ["colour", "name", "function", "", "x", "content", "\u{e9}"] {
            assert_eq!(hint(given, ["api_key", "json"]), None, "{given}");
        }
    }
}
