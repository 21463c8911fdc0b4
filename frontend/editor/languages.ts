// The languages that are known, by the name of a file. Any other text is edited without colours.
import { css } from "@codemirror/lang-css";
import { go } from "@codemirror/lang-go";
import { html } from "@codemirror/lang-html";
import { javascript } from "@codemirror/lang-javascript";
import { json } from "@codemirror/lang-json";
import { markdown } from "@codemirror/lang-markdown";
import { python } from "@codemirror/lang-python";
import { rust } from "@codemirror/lang-rust";
import { yaml } from "@codemirror/lang-yaml";
import { StreamLanguage, type StreamParser } from "@codemirror/language";
import { c, cpp, csharp, java, kotlin } from "@codemirror/legacy-modes/mode/clike";
import { diff } from "@codemirror/legacy-modes/mode/diff";
import { dockerFile } from "@codemirror/legacy-modes/mode/dockerfile";
import { lua } from "@codemirror/legacy-modes/mode/lua";
import { perl } from "@codemirror/legacy-modes/mode/perl";
import { properties } from "@codemirror/legacy-modes/mode/properties";
import { ruby } from "@codemirror/legacy-modes/mode/ruby";
import { shell } from "@codemirror/legacy-modes/mode/shell";
import { standardSQL } from "@codemirror/legacy-modes/mode/sql";
import { swift } from "@codemirror/legacy-modes/mode/swift";
import { toml } from "@codemirror/legacy-modes/mode/toml";
import { xml } from "@codemirror/legacy-modes/mode/xml";
import type { Extension } from "@codemirror/state";

const stream = (parser: StreamParser<unknown>) => () => StreamLanguage.define(parser);

/** Endings and whole names, with a language each. */
const KNOWN: [string, () => Extension][] = [
  ["c h", stream(c)],
  ["cc cpp cxx hh hpp hxx ino", stream(cpp)],
  ["cjs js mjs", () => javascript()],
  ["conf cfg ini env properties editorconfig gitconfig", stream(properties)],
  ["cs", stream(csharp)],
  ["css less scss", css],
  ["diff patch", stream(diff)],
  ["dockerfile containerfile", stream(dockerFile)],
  ["go", go],
  ["htm html svelte vue", () => html()],
  ["java", stream(java)],
  ["json jsonc webmanifest", json],
  ["jsx", () => javascript({ jsx: true })],
  ["kt kts", stream(kotlin)],
  ["lua", stream(lua)],
  ["markdown md mdx", () => markdown()],
  ["pl pm", stream(perl)],
  ["py pyi", python],
  ["gemfile rakefile rb", stream(ruby)],
  ["rs", rust],
  ["bash bashrc profile sh zsh zshrc", stream(shell)],
  ["sql", stream(standardSQL)],
  ["swift", stream(swift)],
  ["lock toml", stream(toml)],
  ["cts mts ts", () => javascript({ typescript: true })],
  ["tsx", () => javascript({ jsx: true, typescript: true })],
  ["svg xml", stream(xml)],
  ["yaml yml", yaml],
];

/** The language of a file of this name; nothing if it is unknown. */
export function languageOf(name: string): Extension {
  const last = name.slice(name.lastIndexOf("/") + 1).toLowerCase();
  const ending = last.slice(last.lastIndexOf(".") + 1);
  return KNOWN.find(([endings]) => endings.split(" ").includes(ending))?.[1]() ?? [];
}
