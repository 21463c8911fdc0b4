// Paths of files in a terminal's text, as links. Which of them exist is not known here.
import type { IBufferRange, ILink, ILinkProvider, Terminal } from "@xterm/xterm";

/** A path with at least one slash, or a file's name with a line: `src/main.rs`, `./run:3:7`, `main.rs:12`. */
const PATH = /(?:~|\.{1,2})?\/?(?:[\w@%+=.-]+\/)+[\w@%+=.-]+(?::\d+){0,2}|[\w@%+=-]+\.\w+:\d+(?::\d+)?/g;
/** Longer lines are searched up to here, in cells. */
const REACH = 1_000;

/** Finds paths in the line under the pointer; `open` hears the one that was chosen. */
export class Paths implements ILinkProvider {
  constructor(
    private readonly terminal: Terminal,
    private readonly open: (path: string) => void,
  ) {}

  provideLinks(y: number, done: (links: ILink[] | undefined) => void) {
    const line = this.terminal.buffer.active.getLine(y - 1);
    if (line === undefined) {
      return done(undefined);
    }
    // One character a cell, so that a place in the text is a column.
    const cells = Array.from({ length: Math.min(line.length, REACH) }, (_, x) => line.getCell(x)?.getChars() || " ");
    const text = cells.map((chars) => (chars.length === 1 ? chars : " ")).join("");
    const links = [...text.matchAll(PATH)]
      .filter(({ 0: path, index }) => !/[:/]/.test(text[index - 1] ?? "") && !path.startsWith("//"))
      .map(({ 0: path, index }) => ({
        text: path,
        range: { start: { x: index + 1, y }, end: { x: index + path.length, y } } satisfies IBufferRange,
        activate: () => this.open(path),
      }));
    done(links);
  }
}
