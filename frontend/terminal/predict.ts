// Predictive echo: on a slow link, what is typed at the end of a line shows before the terminal has echoed it, as mosh does
// it. It is drawn above the screen and never written into it, so that a wrong guess leaves nothing behind.
import type { IDecoration, IDisposable, Terminal } from "@xterm/xterm";

/** Quicker echoes than this need no help, in milliseconds. */
const SLOW = 30;
/** What is not echoed by then was a wrong guess, in milliseconds; on a slower link, so many times what an echo takes. */
const PATIENCE = 1_000;
const TIMES = 4;
/** How much the last echo counts in what one takes. */
const WEIGHT = 0.25;

/** A key that was typed, and when. */
interface Guess {
  key: string;
  at: number;
}

/** What was typed and is not echoed yet. */
export class Predictions {
  private guesses: Guess[] = [];
  /** The cell of the first guess, by its line in the whole buffer. */
  private x = 0;
  private y = 0;
  /** Something was echoed since the last line began: before that it may be a password. */
  private echoes = false;
  /** What an echo takes, in milliseconds. */
  private delay = 0;
  private shown: IDecoration | undefined;
  private limit = 0;
  private readonly listening: IDisposable;

  constructor(private readonly terminal: Terminal) {
    this.listening = terminal.onWriteParsed(() => this.compare());
  }

  /** This was sent to the program. */
  typed(text: string) {
    const { buffer, cols } = this.terminal;
    const { active } = buffer;
    const [x, y] = [active.cursorX, active.baseY + active.cursorY];
    const plain = text.length === 1 && text >= " " && text <= "~";
    if (!plain || active.type !== "normal") {
      return this.forget();
    }
    if (this.guesses.length === 0) {
      [this.x, this.y] = [x, y];
    }
    const rest = active.getLine(this.y)?.translateToString(true, this.x);
    // In the middle of a line a program may do anything, and at its end it may wrap.
    if (y !== this.y || rest !== "" || this.x + this.guesses.length + 2 > cols) {
      return this.forget();
    }
    this.guesses.push({ key: text, at: performance.now() });
    this.draw();
  }

  /** What has come is an echo of what was typed, or shows that the guess was wrong. */
  private compare() {
    if (this.guesses.length === 0) {
      return;
    }
    const { active } = this.terminal.buffer;
    const [x, y] = [active.cursorX, active.baseY + active.cursorY];
    const echo = active.getLine(this.y)?.translateToString(false, this.x, x) ?? "";
    const typed = this.guesses.map(({ key }) => key).join("");
    if (active.type !== "normal" || y !== this.y || x < this.x || !typed.startsWith(echo)) {
      return this.forget();
    }
    if (echo !== "") {
      const [last] = this.guesses.splice(0, echo.length).slice(-1);
      const took = performance.now() - last.at;
      this.delay = this.delay === 0 ? took : this.delay + WEIGHT * (took - this.delay);
      [this.x, this.echoes] = [x, true];
    }
    this.draw();
  }

  private draw() {
    this.shown?.dispose();
    this.shown = undefined;
    clearTimeout(this.limit);
    if (this.guesses.length === 0) {
      return;
    }
    this.limit = window.setTimeout(() => this.forget(), Math.max(PATIENCE, TIMES * this.delay));
    if (!this.echoes || this.delay < SLOW) {
      return;
    }
    const keys = this.guesses.map(({ key }) => key);
    // The cursor's line is the one that was typed in, or there would be no guess.
    const marker = this.terminal.registerMarker(0);
    const { x } = this;
    // One cell more is the cursor.
    const shown = this.terminal.registerDecoration({ marker, x, width: keys.length + 1, layer: "top" });
    shown?.onDispose(() => marker.dispose());
    shown?.onRender((element) => this.fill(element, keys));
    this.shown = shown;
  }

  private fill(element: HTMLElement, keys: string[]) {
    const { fontFamily = "", fontSize = 0 } = this.terminal.options;
    Object.assign(element.style, { fontFamily, fontSize: `${fontSize}px` });
    if (element.childElementCount === 0) {
      element.classList.add("predicted");
      element.append(...[...keys, " "].map(cell));
    }
  }

  /** Takes back what is shown; nothing is shown again before there is an echo. */
  private forget() {
    [this.guesses, this.echoes] = [[], false];
    this.draw();
  }

  /** Ends it. */
  dispose() {
    this.forget();
    this.listening.dispose();
  }
}

function cell(text: string): HTMLElement {
  const element = document.createElement("span");
  element.textContent = text;
  return element;
}
