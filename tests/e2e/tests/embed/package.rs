//! The npm package, packed and installed into an empty project.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use cr_e2e::{harness::Test, tests};

pub(crate) fn tests() -> Vec<Test> {
    tests![
        plain the_packed_package_is_typed_and_harmless_on_a_server,
    ]
}

const SAMPLE: &str = r##"
import { CrWidget, CrWidgetElement, define, mount, version, type CrWidgetEventMap } from "cr-widget";
import "cr-widget/define";

define({ assets: "/cr/" });
const { element, update, destroy } = mount("#checkout", { proxy: "/api", country: "IT", lockCountry: true, kind: "esim" });
update({ lang: "it", utmSource: null });
element.addEventListener("cr-order-created", ({ detail }) => {
  const face: string | null = detail.faceValue;
  // @ts-expect-error: details are frozen
  detail.reference = face ?? "";
  // @ts-expect-error: no event carries an e-mail address
  detail.email;
});
document.addEventListener("cr-step", (event) => { const step: "browse" | "pay" | string = event.detail.step; step.length; });
const found = document.querySelector("cr-widget");
found?.open({ brand: "Arcadia", country: "US" });
found?.resume("id");
// @ts-expect-error: there is no such kind
if (found) found.kind = "voucher";
const made: CrWidgetElement = document.createElement("cr-widget");
made.theme = "dark";
const status = (event: CrWidgetEventMap["cr-order-status"]): string => event.detail.paymentState ?? event.detail.state;
window.CrWidget?.mount(document.body);
CrWidget.mount(document.body).destroy();
destroy();
export { status, version };
"##;

const JSX: &str = r#"
import "cr-widget";
export const shop = <cr-widget proxy="/api" lockCountry oncr-order-done={({ detail }) => { detail.reference.trim(); }} />;
// @ts-expect-error: the country is a text
export const wrong = <cr-widget country={5} />;
"#;

/// Imports both entries where there is no browser. Nothing is registered, and the class can be told from nothing.
const SERVER: &str = r#"
import * as widget from "cr-widget";
import "cr-widget/define";
const before = Object.keys(globalThis).join();
widget.define();
widget.define({ assets: "/cr/" });
if (typeof widget.mount !== "function" || typeof widget.CrWidgetElement !== "function") throw new Error("exports");
if (widget.CrWidget.version !== widget.version || !/^\d+\.\d+\.\d+/.test(widget.version)) throw new Error("version");
if (before !== Object.keys(globalThis).join() || "CrWidget" in globalThis) throw new Error("a global");
console.log("harmless");
"#;

/// Imports both entries where elements can be registered: only one of them does it.
const CLIENT: &str = r#"
const defined = [];
globalThis.HTMLElement = class {};
globalThis.customElements = { get: () => defined[0], define: (name, made) => { defined.push(made); } };
const { CrWidgetElement } = await import("cr-widget");
if (defined.length || "CrWidget" in globalThis) throw new Error("registered by the entry that only exports");
await import("cr-widget/define");
if (defined.length !== 1 || defined[0] !== CrWidgetElement) throw new Error("not registered");
console.log("registered once");
"#;

fn run(folder: &Path, program: &Path, args: &[&str]) -> String {
    let output = Command::new(program).args(args).current_dir(folder).output();
    let output = output.unwrap_or_else(|error| panic!("{}: {error}", program.display()));
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{} {}: {text}", program.display(), args.join(" "));
    text
}

fn the_packed_package_is_typed_and_harmless_on_a_server() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
    let site = std::env::var_os("CR_E2E_DIST").map_or_else(|| root.join("target/xtask/site"), PathBuf::from);
    let folder = std::env::temp_dir().join(format!("cr-widget-package-{}", std::process::id()));
    let project = folder.join("project");
    fs::create_dir_all(&project).unwrap();
    let quiet = ["--offline", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];

    run(&site, "npm".as_ref(), &[&["pack", "--pack-destination", folder.to_str().unwrap()], &quiet[..]].concat());
    let packed = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let packed: Vec<_> = packed.filter(|path| path.extension().is_some_and(|end| end == "tgz")).collect();
    assert_eq!(packed.len(), 1, "{packed:?}");
    fs::write(project.join("package.json"), r#"{ "private": true, "type": "module" }"#).unwrap();
    run(&project, "npm".as_ref(), &[&["install", packed[0].to_str().unwrap()], &quiet[..]].concat());

    let installed = project.join("node_modules/cr-widget");
    let is_there = |name: &str| installed.join(name).is_file();
    for name in
        ["cr-widget.js", "index.d.ts", "manifest.json", "LICENSE-MIT", "LICENSE-APACHE", "THIRD-PARTY-NOTICES.txt"]
    {
        assert!(is_there(name), "{name} is not in the package");
    }
    for name in ["index.html", "standalone.css", "demo/index.html", "cr-widget.js.br"] {
        assert!(!is_there(name), "{name} is in the package");
    }
    // Everything that the scripts load is there under the name that they know.
    let manifest: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(installed.join("manifest.json")).unwrap()).unwrap();
    for (name, file) in manifest["files"].as_object().unwrap() {
        assert!(file["integrity"].as_str().unwrap().starts_with("sha384-"), "{name}");
        let is_loaded = ["cr-widget", "locales/"].iter().any(|start| name.starts_with(start));
        assert!(!is_loaded || is_there(file["file"].as_str().unwrap()), "{name} is not in the package");
    }

    fs::write(project.join("sample.ts"), SAMPLE).unwrap();
    fs::write(project.join("shop.tsx"), JSX).unwrap();
    let options = [
        "--noEmit",
        "--strict",
        "--target",
        "es2022",
        "--module",
        "nodenext",
        "--jsx",
        "preserve",
        "--lib",
        "es2022,dom",
        "--types",
        "",
        "sample.ts",
        "shop.tsx",
    ];
    run(&project, &root.join("tools/node_modules/.bin/tsc"), &options);
    fs::write(project.join("server.js"), SERVER).unwrap();
    assert!(run(&project, "node".as_ref(), &["server.js"]).contains("harmless"));
    fs::write(project.join("client.js"), CLIENT).unwrap();
    assert!(run(&project, "node".as_ref(), &["client.js"]).contains("registered once"));
    fs::remove_dir_all(&folder).unwrap();
}
