//! The site's module is cut into parts after linking (`.make/split/wasm-bindgen`), for which it must keep its relocations.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(in_parts)");
    if std::env::var("CARGO_CFG_TARGET_ARCH").as_deref() == Ok("wasm32") {
        // Set by `.make/build.sh` alone: nothing else cuts a module, and then a worker's code cannot come later.
        println!("cargo::rerun-if-env-changed=CRITICAL_BATCH_PARTS");
        if std::env::var_os("CRITICAL_BATCH_PARTS").is_some() {
            println!("cargo::rustc-cfg=in_parts");
        }
        println!("cargo::rustc-link-arg-bin=critical-batch=--emit-relocs");
    }
}
