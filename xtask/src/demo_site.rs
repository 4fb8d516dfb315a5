//! The demonstration site: what ships, and below `demo/` the pages that embed it.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use crate::{
    error::{At as _, Result},
    files, wasm_build,
    workspace::Workspace,
};

/// The folder of the pages, both here and on the site.
const PAGES: &str = "demo";
/// The list of the pages.
pub(crate) const INDEX: &str = "demo/index.html";
/// The folder of the gallery, which is built by itself (`gallery`).
const GALLERY: &str = "gallery";
/// The sources of pages made with a framework, and the names of their bundles.
const BUNDLES: [(&str, &str); 2] = [("react.jsx", "react.bundle.js"), ("vue.js", "vue.bundle.js")];
/// The npm packages of these frameworks, from `tools/`.
const FRAMEWORKS: [&str; 3] = ["react", "react-dom", "vue"];

/// Returns the site's folder.
pub(crate) fn folder(workspace: &Workspace) -> PathBuf {
    workspace.work().join("site")
}

/// Lays the site out. `dist/` must have been built.
///
/// # Errors
/// When a file cannot be copied, or `esbuild` fails.
pub(crate) fn lay_out(workspace: &Workspace) -> Result<()> {
    let site = folder(workspace);
    let mut wanted = BTreeSet::new();
    let pages = workspace.root.join(PAGES);
    for (from, to) in [(&workspace.dist(), site.clone()), (&pages, site.join(PAGES))] {
        for path in files::walk(from)? {
            let name = path.strip_prefix(from).unwrap_or(&path);
            if name.starts_with(GALLERY) || BUNDLES.iter().any(|(source, _)| Path::new(source) == name) {
                continue;
            }
            let target = to.join(name);
            files::write_if_changed(&target, &wasm_build::read(&path)?)?;
            wanted.insert(target);
        }
    }
    for (source, name) in BUNDLES {
        let target = site.join(PAGES).join(name);
        bundle(workspace, &pages.join(source), &target)?;
        wanted.insert(target);
    }
    for path in files::walk(&site)? {
        if !wanted.contains(&path) {
            fs::remove_file(&path).at("remove", &path)?;
        }
    }
    Ok(())
}

/// Bundles a page as a partner's build does it, with the package as it ships.
fn bundle(workspace: &Workspace, source: &Path, output: &Path) -> Result<()> {
    let mut args = vec![
        "--bundle".to_owned(),
        "--format=esm".to_owned(),
        "--jsx=automatic".to_owned(),
        format!("--alias:cr-widget={}", workspace.dist().join("index.js").display()),
    ];
    for package in FRAMEWORKS {
        args.push(format!("--alias:{package}={}", workspace.tools().join("node_modules").join(package).display()));
    }
    let flags = ["__VUE_OPTIONS_API__", "__VUE_PROD_DEVTOOLS__", "__VUE_PROD_HYDRATION_MISMATCH_DETAILS__"];
    args.extend(flags.map(|flag| format!("--define:{flag}=false")));
    args.push("--define:process.env.NODE_ENV=\"production\"".to_owned());
    wasm_build::minify(workspace, source, output, &args)
}
