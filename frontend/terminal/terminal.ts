// One terminal's screen on xterm.js, with what the page asks of it. Loaded when a terminal is opened; knows no socket.
import { FitAddon } from "@xterm/addon-fit";
import { SearchAddon } from "@xterm/addon-search";
import { Unicode11Addon } from "@xterm/addon-unicode11";
import { WebLinksAddon } from "@xterm/addon-web-links";
import { WebglAddon } from "@xterm/addon-webgl";
import { type ITheme, Terminal } from "@xterm/xterm";
import xterm from "@xterm/xterm/css/xterm.css";
import { Paths } from "./links";
import { Predictions } from "./predict";
import { listen } from "./touch";

/** What a screen says: a word for what happened, and what belongs to it. */
type Say = (what: string, value: unknown) => void;

const FONT = '"JetBrains Mono Variable"';
/** What the keeper keeps, in rows. */
const SCROLLBACK = 10_000;
/** A window that is being dragged says its size once it rests, in milliseconds. */
const REST = 80;
const SMALLEST = 5;
/** Escape, and what stands for it with another letter. */
const CONTROLS = /[\u001b\u0080-\u009f]/g;
const COLOURS = "black red green yellow blue magenta cyan white".split(" ");

/** Makes the screen inside `host`, once its typeface is there. */
export async function open(host: HTMLElement, fontSize: number, reader: boolean, say: Say): Promise<Screen> {
  style();
  // Measured with another typeface, every column would be off.
  await Promise.all(["", "bold "].map((weight) => document.fonts.load(`${weight}${fontSize}px ${FONT}`)));
  return new Screen(host, fontSize, reader, say);
}

let styled = false;

function style() {
  if (!styled) {
    styled = true;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(xterm);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }
}

class Screen {
  private readonly terminal: Terminal;
  private readonly fit = new FitAddon();
  private readonly search = new SearchAddon();
  private readonly watch: ResizeObserver;
  private readonly end = new AbortController();
  private predictions: Predictions | undefined;
  private rest = 0;
  private drives = true;

  constructor(
    private readonly host: HTMLElement,
    private fontSize: number,
    reader: boolean,
    private readonly tell: Say,
  ) {
    const say: Say = (what, value) => this.say(what, value);
    const terminal = new Terminal({
      allowProposedApi: true,
      cursorBlink: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      documentOverride: document,
      fontFamily: `${FONT}, ui-monospace, monospace`,
      fontSize,
      linkHandler: { activate: (_, address) => say("link", address), allowNonHttpProtocols: false },
      minimumContrastRatio: 4.5,
      rescaleOverlappingGlyphs: true,
      screenReaderMode: reader,
      // As the keeper's model: what is erased is in the past.
      scrollOnEraseInDisplay: true,
      scrollback: SCROLLBACK,
      theme: theme(host),
    });
    this.terminal = terminal;
    for (const addon of [this.fit, this.search, new Unicode11Addon()]) {
      terminal.loadAddon(addon);
    }
    // By code point, as the keeper's model counts columns.
    terminal.unicode.activeVersion = "11";
    terminal.loadAddon(new WebLinksAddon((_, address) => say("address", address)));
    terminal.registerLinkProvider(new Paths(terminal, (path) => say("path", path)));
    terminal.open(host);
    this.draw();
    terminal.onData((text) => say("text", text));
    terminal.onBinary((text) => say("bytes", Uint8Array.from(text, (one) => one.charCodeAt(0))));
    terminal.onTitleChange((title) => say("title", title));
    this.search.onDidChangeResults(({ resultIndex, resultCount }) => say("found", [resultIndex + 1, resultCount]));
    terminal.attachCustomKeyEventHandler((event) => this.key(event));
    listen(host, this.end.signal, (factor, over) => this.pinch(factor, over));
    host.addEventListener("paste", (event) => this.pasted(event), { capture: true, signal: this.end.signal });
    this.watch = new ResizeObserver(() => this.resized());
    this.watch.observe(host);
  }

  /** On the graphics card where there is one; by elements otherwise, which is quicker than a card that is only played. */
  private draw() {
    if (!hasCard()) {
      return;
    }
    try {
      const webgl = new WebglAddon();
      webgl.onContextLoss(() => webgl.dispose());
      this.terminal.loadAddon(webgl);
    } catch {
      // What the terminal was opened with draws on.
    }
  }

  /** Shows what follows. */
  write(bytes: Uint8Array) {
    this.terminal.write(bytes, () => this.say("taken", bytes.length));
  }

  /** Forgets everything and shows this, at this size. */
  picture(columns: number, rows: number, bytes: Uint8Array) {
    const { terminal } = this;
    terminal.write("", () => {
      terminal.reset();
      terminal.resize(columns, rows);
      this.scale();
    });
    this.write(bytes);
  }

  /** Columns and rows that there is room for at the size of type that was chosen. */
  room(): number[] {
    const { terminal } = this;
    const now = terminal.options.fontSize;
    terminal.options.fontSize = this.fontSize;
    const room = this.fit.proposeDimensions();
    terminal.options.fontSize = now;
    return room === undefined || !Number.isFinite(room.cols) ? [] : [room.cols, room.rows];
  }

  /** Whether the size is this screen's to say; if not, the type shrinks until the other one's columns fit. */
  drive(drives: boolean) {
    this.drives = drives;
    this.host.classList.toggle("watching", !drives);
    this.scale();
  }

  private scale() {
    const { terminal, fontSize } = this;
    const [columns] = this.room();
    const fits = this.drives || columns === undefined || columns >= terminal.cols;
    const size = fits ? fontSize : Math.max(SMALLEST, Math.floor((10 * fontSize * columns) / terminal.cols) / 10);
    if (terminal.options.fontSize !== size) {
      terminal.options.fontSize = size;
    }
  }

  private resized() {
    clearTimeout(this.rest);
    this.rest = window.setTimeout(() => {
      this.scale();
      this.say("room", this.room());
    }, REST);
  }

  private pinch(factor: number, over: boolean) {
    const size = Math.min(32, Math.max(8, Math.round(this.fontSize * factor)));
    if (over) {
      this.say("font", size);
    } else {
      this.terminal.options.fontSize = size;
    }
  }

  /** The size of type, in pixels. */
  font(size: number) {
    this.fontSize = size;
    this.terminal.options.fontSize = size;
    this.resized();
  }

  /** Whether what is shown is also said. */
  reader(on: boolean) {
    this.terminal.options.screenReaderMode = on;
  }

  /** Whether what is typed shows before its echo where echoes are slow. */
  predict(on: boolean) {
    this.predictions?.dispose();
    this.predictions = on ? new Predictions(this.terminal) : undefined;
  }

  /** This was sent to the program. */
  typed(text: string) {
    this.predictions?.typed(text);
  }

  /** Types `text` as a paste: in brackets where the program wants them, which nothing in the text can close. */
  paste(text: string) {
    this.terminal.paste(text.replace(CONTROLS, ""));
  }

  /** The same for the browser's own way to paste. */
  private pasted(event: ClipboardEvent) {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (CONTROLS.test(text)) {
      event.preventDefault();
      event.stopPropagation();
      this.paste(text);
    }
    CONTROLS.lastIndex = 0;
  }

  /** Nobody listens once it was closed. */
  private say(what: string, value: unknown) {
    if (!this.end.signal.aborted) {
      this.tell(what, value);
    }
  }

  /** Whether arrow keys are to be told in the way of applications. */
  arrows(): boolean {
    return this.terminal.modes.applicationCursorKeysMode;
  }

  /** Everything there is, as text. */
  text(): string {
    const { active } = this.terminal.buffer;
    let text = "";
    for (let y = 0; y < active.length; y += 1) {
      const line = active.getLine(y);
      const wraps = active.getLine(y + 1)?.isWrapped === true;
      text += (line?.translateToString(!wraps) ?? "") + (wraps ? "" : "\n");
    }
    return `${text.trimEnd()}\n`;
  }

  /** What is selected, as text. */
  selection(): string {
    return this.terminal.getSelection();
  }

  /** Goes to the next place with this text, or to the one before; an empty text forgets the search. */
  find(text: string, back: boolean) {
    if (text === "") {
      this.search.clearDecorations();
      this.say("found", [0, 0]);
      return;
    }
    const match = hex(this.host, "--term-match");
    const active = hex(this.host, "--term-match-active");
    const decorations = {
      matchBackground: match,
      matchOverviewRuler: match,
      activeMatchBackground: active,
      activeMatchColorOverviewRuler: active,
    };
    if (back) {
      this.search.findPrevious(text, { decorations });
    } else {
      this.search.findNext(text, { decorations });
    }
  }

  /** Takes the keys. */
  focus() {
    this.terminal.focus();
  }

  /** What belongs to the page rather than to the program; false keeps it from the program. */
  private key(event: KeyboardEvent): boolean {
    const chord = event.ctrlKey && event.shiftKey && !event.altKey && !event.metaKey ? event.code : "";
    const ours = ["KeyC", "KeyE", "KeyF", "KeyV"].includes(chord);
    if (!ours) {
      return true;
    }
    if (chord !== "KeyV") {
      // What is left alone is a paste by the browser.
      event.preventDefault();
    }
    if (event.type === "keydown") {
      this.say("chord", chord);
    }
    return false;
  }

  /** Ends it. */
  close() {
    this.end.abort();
    clearTimeout(this.rest);
    this.watch.disconnect();
    this.predictions?.dispose();
    this.terminal.dispose();
  }
}

/** Whether WebGL is more than a processor's imitation of it. */
function hasCard(): boolean {
  const gl = document.createElement("canvas").getContext("webgl2", { failIfMajorPerformanceCaveat: true });
  const named = gl?.getExtension("WEBGL_debug_renderer_info");
  const card: unknown = named ? gl?.getParameter(named.UNMASKED_RENDERER_WEBGL) : "";
  gl?.getExtension("WEBGL_lose_context")?.loseContext();
  return gl != null && !/swiftshader|llvmpipe|software|basic render/i.test(String(card));
}

function theme(host: HTMLElement): ITheme {
  const colour = (name: string) => hex(host, `--term-${name}`);
  const sixteen = COLOURS.flatMap((name) => [
    [name, colour(name)],
    [`bright${name[0].toUpperCase()}${name.slice(1)}`, colour(`bright-${name}`)],
  ]);
  return {
    background: colour("ground"),
    cursor: colour("ink"),
    cursorAccent: colour("ground"),
    foreground: colour("ink"),
    selectionBackground: colour("selection"),
    ...Object.fromEntries(sixteen),
  };
}

/** A colour of the style sheet, the way the library takes it. */
function hex(host: HTMLElement, token: string): string {
  return getComputedStyle(host).getPropertyValue(token).trim();
}
