// One text on CodeMirror, with what the page asks of it. Loaded when a file is edited; knows no file and no server.
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, indentOnInput, indentUnit } from "@codemirror/language";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Annotation, EditorState, type Extension, Text } from "@codemirror/state";
import {
  EditorView,
  drawSelection,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  rectangularSelection,
} from "@codemirror/view";
import { languageOf } from "./languages";
import { root } from "./root";
import { theme } from "./theme";

/** What the editor says: a word for what happened, and the text if it changed. */
type Say = (what: string, text: string) => void;

/** A text that is being typed is said once the hands rest, in milliseconds: a long one takes a while. */
const REST = 120;
/** Lines end so, whatever stands in the file; another end is a character that is shown. */
const END = "\n";
/** What the page put there itself. */
const own = Annotation.define<boolean>();

/** Makes the editor inside `host` with this text; `line` is scrolled to, counted from 1. */
export function open(host: HTMLElement, name: string, text: string, line: number, say: Say): Editor {
  return new Editor(host, name, text, line, say);
}

class Editor {
  private readonly view: EditorView;
  private readonly end = new AbortController();
  private rest = 0;

  constructor(
    host: HTMLElement,
    name: string,
    text: string,
    line: number,
    private readonly say: Say,
  ) {
    const state = EditorState.create({ doc: documentOf(text), extensions: this.extensions(name, text) });
    this.view = new EditorView({ state, parent: host, root });
    const { signal } = this.end;
    // Before the page itself asks whether anything is unsaved.
    for (const event of ["beforeunload", "pagehide"]) {
      window.addEventListener(event, () => this.flush(), { capture: true, signal });
    }
    document.addEventListener("visibilitychange", () => this.flush(), { signal });
    if (line > 1) {
      const at = this.view.state.doc.line(Math.min(line, this.view.state.doc.lines)).from;
      this.view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
    }
  }

  private extensions(name: string, text: string): Extension {
    const save = { key: "Mod-s", preventDefault: true, run: () => this.wish("save") };
    const phone = matchMedia("(pointer: coarse)").matches;
    return [
      lineNumbers(),
      highlightActiveLineGutter(),
      highlightSpecialChars(),
      history(),
      drawSelection(),
      rectangularSelection(),
      indentOnInput(),
      indentUnit.of(/^\t/m.test(text) ? "\t" : /^ {2}\S/m.test(text) ? "  " : "    "),
      EditorState.tabSize.of(4),
      EditorState.lineSeparator.of(END),
      EditorView.clipboardInputFilter.of((pasted) => pasted.replace(/\r\n?/g, END)),
      bracketMatching(),
      highlightActiveLine(),
      highlightSelectionMatches(),
      search(),
      phone ? EditorView.lineWrapping : [],
      languageOf(name),
      theme,
      keymap.of([save, ...searchKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab]),
      EditorView.contentAttributes.of({
        "aria-label": "Text of the file",
        "aria-description": "Escape and then Tab leaves the text.",
        autocapitalize: "off",
        spellcheck: "false",
      }),
      EditorView.domEventHandlers({ blur: () => this.flush() }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged && !update.transactions.some((one) => one.annotation(own))) {
          clearTimeout(this.rest);
          this.rest = setTimeout(() => this.told(), REST);
        }
      }),
    ];
  }

  private wish(what: string): boolean {
    this.flush();
    this.say(what, "");
    return true;
  }

  private told() {
    this.rest = 0;
    this.say("text", this.view.state.doc.toString());
  }

  /** Says what was typed and not said yet. */
  flush() {
    if (this.rest !== 0) {
      clearTimeout(this.rest);
      this.told();
    }
  }

  /** Puts another text there, which can be undone. */
  replace(text: string) {
    const { doc } = this.view.state;
    clearTimeout(this.rest);
    this.rest = 0;
    if (doc.toString() !== text) {
      this.view.dispatch({ changes: { from: 0, to: doc.length, insert: documentOf(text) }, annotations: own.of(true) });
    }
  }

  /** Takes the keys. */
  focus() {
    this.view.focus();
  }

  /** Ends it; what was typed last is said before. */
  close() {
    this.flush();
    this.end.abort();
    this.view.destroy();
  }
}

function documentOf(text: string): Text {
  return Text.of(text.split(END));
}

export type { Editor };
