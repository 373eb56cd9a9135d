// The sandbox of the documentation's examples, and a client of it: one expression that each example
// includes.
{
    struct Sandbox {
        child: std::process::Child,
        base_url: String,
        api_key: String,
    }

    impl Sandbox {
        /// Starts the sandbox that cargo built; it ends with the value.
        fn start() -> Self {
            use std::io::BufRead;
            let name = format!("neura-sandbox{}", std::env::consts::EXE_SUFFIX);
            let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
                || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"),
                std::path::PathBuf::from,
            );
            let file = std::env::var_os("NEURA_SANDBOX_BIN")
                .map(std::path::PathBuf::from)
                .into_iter()
                .chain(["debug", "release"].map(|profile| target.join(profile).join(&name)))
                .find(|file| file.exists())
                .expect("`cargo build -p neura-sandbox` makes the sandbox");
            let mut child = std::process::Command::new(file)
                .args(["--port", "0", "--stop-on-stdin-close"])
                .stdin(std::process::Stdio::piped())
                .stdout(std::process::Stdio::piped())
                .spawn()
                .unwrap();
            let mut line = String::new();
            let stdout = child.stdout.as_mut().unwrap();
            std::io::BufReader::new(stdout).read_line(&mut line).unwrap();
            let hello: serde_json::Value = serde_json::from_str(&line).unwrap();
            let value = |name: &str| hello[name].as_str().unwrap().to_owned();
            Sandbox { base_url: value("base_url"), api_key: value("api_key"), child }
        }

        fn client(&self) -> neura::Client {
            let client = neura::Client::builder().api_key(&self.api_key);
            client.base_url(&self.base_url).build().unwrap()
        }
    }

    impl Drop for Sandbox {
        fn drop(&mut self) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }

    let sandbox = Sandbox::start();
    let client = sandbox.client();
    (sandbox, client)
}
