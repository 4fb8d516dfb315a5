//! The configurations that the proxy refuses to start with, and its error messages.

use std::process::Command;

use cr_proxy::config::{Config, OrderDialect, Supplier};

const REMOTE: [&str; 4] = ["--upstream", "https://supplier.example", "--partner-id", "partner-7"];

fn line(flags: &[&str]) -> Result<Config, String> {
    Config::from_args(flags)
}

#[test]
fn x22_x24_unsafe_or_incomplete_settings_do_not_start() {
    let remote = |more: &[&'static str]| [&REMOTE[..], more].concat();
    let table: &[(Vec<&str>, &str)] = &[
        (vec![], "no supplier"),
        (vec!["--upstream", "https://supplier.example"], "--partner-id"),
        (vec!["--partner-id", "p"], "--upstream"),
        (vec!["--upstream", "http://supplier.example", "--partner-id", "p"], "plain http"),
        (vec!["--upstream", "http://10.0.0.1", "--partner-id", "p"], "plain http"),
        (vec!["--upstream", "http://127.0.0.1.evil.example", "--partner-id", "p"], "plain http"),
        (vec!["--upstream", "ftp://supplier.example", "--partner-id", "p"], "use https"),
        (vec!["--upstream", "supplier.example", "--partner-id", "p"], "not a URL"),
        (vec!["--upstream", "https://supplier.example?a=b", "--partner-id", "p"], "query"),
        (vec!["--upstream", "https://user:secret@supplier.example", "--partner-id", "p"], "user name or password"),
        (vec!["--upstream", "https://supplier.example", "--partner-id", "a\nb"], "--partner-id"),
        (remote(&["--app-version", ""]), "--app-version"),
        (remote(&["--trusted-proxies", "0.0.0.0/0"]), "trusts strangers"),
        (remote(&["--trusted-proxies", "10.0.0.0/8,::/0"]), "trusts strangers"),
        (remote(&["--trusted-proxies", "0.0.0.0/1"]), "trusts strangers"),
        (remote(&["--trusted-proxies", "*"]), "--trusted-proxies"),
        (remote(&["--trusted-proxies", "nginx"]), "--trusted-proxies"),
        (remote(&["--allowed-origins", "*"]), "wildcards"),
        (remote(&["--allowed-origins", "https://*.shop.example"]), "wildcards"),
        (remote(&["--allowed-origins", "null"]), "not an origin"),
        (remote(&["--allowed-origins", "shop.example"]), "not an origin"),
        (remote(&["--allowed-origins", "https://shop.example/path"]), "not an origin"),
        (remote(&["--allowed-origins", "file:///tmp"]), "not an origin"),
        (remote(&["--static", "/no/such/folder"]), "not a folder"),
        (remote(&["--log", "trace"]), "--log"),
        (remote(&["--log", "jsoninfo"]), "--log"),
        (remote(&["--log", "cr_proxy=debug"]), "--log"),
        (remote(&["--order-dialect", "other"]), "--order-dialect"),
        (remote(&["--listen", "8080"]), "--listen"),
        (remote(&["--sandbox-public"]), "needs --sandbox"),
        (remote(&["--sandbox"]), "excludes --upstream"),
        (vec!["--sandbox", "--upstream", "https://supplier.example"], "excludes --upstream"),
        (vec!["--sandbox", "--partner-id", "p"], "excludes --partner-id"),
        (vec!["--sandbox", "--countries-url", "https://site.example/list"], "excludes --countries-url"),
        (remote(&["--countries-url", "http://site.example/list"]), "--countries-url \"http://site.example/list\""),
        (remote(&["--countries-url", "http://10.0.0.1/list"]), "plain http"),
        (remote(&["--countries-url", "site.example"]), "not a URL"),
        (remote(&["--countries-url", "https://user:secret@site.example"]), "user name or password"),
        (vec!["--sandbox", "--listen", "0.0.0.0:8080"], "--sandbox-public"),
        (vec!["--sandbox", "--listen", "192.168.0.7:8080"], "--sandbox-public"),
        (vec!["--sandbox", "--listen", "[::]:8080"], "--sandbox-public"),
    ];
    for (flags, told) in table {
        let error = line(flags).expect_err(&format!("{flags:?}"));
        assert!(error.contains(told), "{flags:?}: {error}");
        assert!(!error.contains("secret"), "{flags:?}: {error}");
    }
}

#[test]
fn sound_settings_start_and_mean_what_they_say() {
    let config = line(&REMOTE).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.order_dialect, OrderDialect::Flat);
    assert!(config.countries_url.is_none());
    assert!(line(&[&REMOTE[..], &["--countries-url", ""]].concat()).unwrap().countries_url.is_none());
    assert!(config.allowed_origins.is_empty() && config.trusted_proxies.is_empty() && !config.send_country_header);

    for upstream in ["http://127.0.0.1:9", "http://[::1]:9", "http://localhost:9", "https://supplier.example/cr/"] {
        assert!(line(&["--upstream", upstream, "--partner-id", "p"]).is_ok(), "{upstream}");
    }
    for listen in ["127.0.0.1:0", "[::1]:0", "127.8.8.8:1"] {
        assert!(line(&["--sandbox", "--listen", listen]).is_ok(), "{listen}");
    }
    assert!(line(&["--sandbox", "--sandbox-public", "--listen", "0.0.0.0:0"]).is_ok());
    let seeded = line(&["--sandbox", "--sandbox-seed", "7"]).unwrap();
    assert!(matches!(seeded.supplier, Supplier::Sandbox { seed: Some(7) }));
    let origins =
        line(&[&REMOTE[..], &["--allowed-origins", "https://Shop.example:443, http://localhost:8081"]].concat());
    assert_eq!(origins.unwrap().allowed_origins, ["https://shop.example", "http://localhost:8081"]);
}

#[test]
fn x19_the_configuration_does_not_print_the_partner_id() {
    assert!(!format!("{:?}", line(&REMOTE).unwrap()).contains("partner-7"));
}

#[test]
fn help_names_every_flag_and_its_variable() {
    let help = Command::new(env!("CARGO_BIN_EXE_cr-proxy")).arg("--help").output().unwrap();
    assert!(help.status.success());
    let text = String::from_utf8(help.stdout).unwrap();
    for name in [
        "listen",
        "static",
        "sandbox",
        "sandbox-public",
        "sandbox-seed",
        "upstream",
        "partner-id",
        "app-version",
        "trusted-proxies",
        "allowed-origins",
        "order-dialect",
        "send-country-header",
        "countries-url",
        "log",
    ] {
        assert!(text.contains(&format!("--{name}")), "--{name}");
        let variable = format!("CR_{}", name.to_uppercase().replace('-', "_"));
        assert!(text.contains(&format!("env: {variable}")), "{variable}");
    }
}

#[test]
fn the_environment_counts_and_the_binary_says_in_one_line_why_it_does_not_start() {
    let run = |variables: &[(&str, &str)]| {
        let output = Command::new(env!("CARGO_BIN_EXE_cr-proxy")).envs(variables.iter().copied()).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, told) = run(&[("CR_UPSTREAM", "http://supplier.example"), ("CR_PARTNER_ID", "partner-7")]);
    assert_eq!(code, Some(2));
    assert!(told.starts_with("cr-proxy: --upstream") && told.trim_end().lines().count() == 1, "{told}");
    for off in ["", "0", "false", "off"] {
        assert!(run(&[("CR_SANDBOX", off), ("CR_STATIC", "")]).1.contains("no supplier"), "{off:?}");
    }
    assert!(run(&[("CR_SANDBOX", "flase")]).1.contains("must be true or false"));
    let (code, told) = run(&[("CR_SANDBOX", "1"), ("CR_PARTNER_ID", "partner-7")]);
    assert_eq!(code, Some(2));
    assert!(told.contains("excludes --partner-id") && !told.contains("partner-7"), "{told}");
}
