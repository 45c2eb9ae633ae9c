//! The site's module is cut into parts after linking (`.make/split/wasm-bindgen`), for which it must keep its relocations.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_ARCH").as_deref() == Ok("wasm32") {
        println!("cargo::rustc-link-arg-bin=critical-batch=--emit-relocs");
    }
}
