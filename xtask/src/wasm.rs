//! From the wasm that cargo makes to the one that a browser loads: what never runs is left out, bindings are made, and a
//! release is optimised. Never knows where the site is.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use walrus::{FunctionBuilder, FunctionId, FunctionKind, Module};
use wasm_bindgen_cli_support::Bindgen;

use crate::{assets::sha256, site::Profile, steps::exec, tools};

/// Leptos compiles hydration twice: at once, which is what `hydrate_body` does, and in steps for `hydrate_lazy`, which no page
/// of ours calls. Every erased view keeps the second one alive by its table, a quarter of all code.
const NEVER_RUN: &str = "hydrate_async";

/// Makes the wasm of this profile ready, unless it was done for this very one; returns the folder of the outcome.
pub(crate) fn prepare(profile: Profile, work: &Path) -> Result<PathBuf> {
    let wasm = tools::target_dir().join("wasm32-unknown-unknown").join(profile.cargo()).join("frontend.wasm");
    let input = fs::read(&wasm).with_context(|| wasm.display().to_string())?;
    let out = work.join(profile.cargo());
    let stamp = out.join("made-from");
    // The wasm names the bindgen version it was made for, so its hash says all.
    let key = sha256(&input);
    if fs::read_to_string(&stamp).is_ok_and(|made| made == key) {
        return Ok(out);
    }
    let _ = fs::remove_dir_all(&out);
    let release = profile == Profile::Release;
    let mut module = Module::from_buffer(&input)?;
    leave_out(&mut module)?;
    let mut bindgen = Bindgen::new();
    bindgen.input_module("roost", module).out_name("roost").web(true)?;
    bindgen.typescript(false).omit_default_module_path(true);
    bindgen.remove_name_section(release).remove_producers_section(release);
    bindgen.generate(&out)?;
    if !release || optimise(&out.join("roost_bg.wasm"))? {
        fs::write(stamp, key)?;
    }
    Ok(out)
}

/// Empties the functions that never run; what only they call is then not reached, and goes.
fn leave_out(module: &mut Module) -> Result<()> {
    let idle: Vec<FunctionId> = module
        .funcs
        .iter_local()
        .filter(|(id, _)| module.funcs.get(*id).name.as_ref().is_some_and(|name| name.contains(NEVER_RUN)))
        .map(|(id, _)| id)
        .collect();
    anyhow::ensure!(!idle.is_empty(), "no function is named {NEVER_RUN}: look at what Leptos calls it now");
    for id in idle {
        let kind = module.types.get(module.funcs.get(id).ty());
        let (params, results) = (kind.params().to_vec(), kind.results().to_vec());
        let args = params.iter().map(|param| module.locals.add(*param)).collect();
        let mut body = FunctionBuilder::new(&mut module.types, &params, &results);
        body.func_body().unreachable();
        module.funcs.get_mut(id).kind = FunctionKind::Local(body.local_func(args));
    }
    Ok(())
}

/// Smaller by about a sixth; false when there is no optimiser, which still leaves a site that works.
fn optimise(wasm: &Path) -> Result<bool> {
    let mut command = match tools::wasm_opt() {
        Ok(command) => command,
        Err(error) => {
            eprintln!("           wasm-opt is not available, the wasm stays larger: {error:#}");
            return Ok(false);
        }
    };
    let smaller = wasm.with_extension("opt");
    command.arg(wasm).arg("-o").arg(&smaller).args([
        "-Oz",
        "--enable-bulk-memory",
        "--enable-nontrapping-float-to-int",
        "--enable-sign-ext",
        "--enable-mutable-globals",
        "--enable-reference-types",
        "--enable-multivalue",
    ]);
    exec(&mut command)?;
    fs::rename(smaller, wasm)?;
    Ok(true)
}
