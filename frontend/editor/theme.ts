// How the editor looks: the tokens of the page, so that it is dark where the page is. Colours of text are the classes that the
// server's own highlighting uses; see style/highlight.css.
import { syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tagHighlighter, tags } from "@lezer/highlight";

const classes = tagHighlighter([
  { tag: [tags.keyword, tags.modifier, tags.self, tags.bool, tags.null, tags.heading], class: "hl-k" },
  { tag: [tags.string, tags.regexp, tags.character, tags.attributeValue, tags.link, tags.url], class: "hl-s" },
  { tag: [tags.comment, tags.meta, tags.quote], class: "hl-c" },
  { tag: [tags.number, tags.atom, tags.escape, tags.unit, tags.color], class: "hl-n" },
  {
    tag: [tags.function(tags.variableName), tags.function(tags.propertyName), tags.macroName, tags.labelName],
    class: "hl-f",
  },
  { tag: [tags.typeName, tags.className, tags.namespace, tags.tagName], class: "hl-t" },
  { tag: [tags.operator, tags.punctuation, tags.processingInstruction], class: "hl-o" },
  { tag: [tags.propertyName, tags.attributeName, tags.special(tags.variableName)], class: "hl-v" },
  { tag: tags.inserted, class: "hl-a" },
  { tag: tags.deleted, class: "hl-d" },
]);

const look = EditorView.theme({
  "&": { height: "100%", backgroundColor: "var(--raised)", color: "var(--ink)", fontSize: "var(--editor-type)" },
  "&.cm-focused": { outline: "var(--ring) solid var(--brand)", outlineOffset: "calc(-1 * var(--ring))" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55", fontVariantLigatures: "none" },
  ".cm-content": { padding: "var(--s2) 0", caretColor: "var(--ink)" },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { border: "0", backgroundColor: "var(--raised)", color: "var(--ink-faint)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--hover)" },
  ".cm-activeLineGutter": { color: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--running-wash)",
  },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--brand-wash)" },
  "&.cm-focused .cm-nonmatchingBracket": { backgroundColor: "var(--failed-wash)" },
  ".cm-searchMatch": { backgroundColor: "var(--waiting-wash)" },
  ".cm-searchMatch-selected": { outline: "1px solid var(--waiting)" },
  ".cm-specialChar": { color: "var(--failed)" },
  ".cm-panels": { backgroundColor: "var(--panel)", color: "var(--ink)", fontFamily: "var(--sans)" },
  ".cm-panels.cm-panels-bottom": { borderTop: "1px solid var(--line)" },
  ".cm-textfield": { border: "1px solid var(--line-firm)", borderRadius: "var(--r-sm)", backgroundColor: "var(--raised)" },
  ".cm-button": { border: "1px solid var(--line-firm)", borderRadius: "var(--r-sm)", background: "var(--panel)", color: "var(--ink)" },
});

/** All of it. */
export const theme: Extension = [look, syntaxHighlighting(classes)];
