// One PDF on PDF.js, a page below the other. Loaded when one is looked at; knows no file and no server. Nothing that stands in a PDF
// is run or followed: it is painted, and its text can be selected.
import {
  InvalidPDFException,
  type PDFDocumentLoadingTask,
  PDFWorker,
  PasswordException,
  RenderingCancelledException,
  VerbosityLevel,
  getDocument,
} from "pdfjs-dist";
import jbig2 from "pdfjs-dist/wasm/jbig2.wasm";
import openjpeg from "pdfjs-dist/wasm/openjpeg.wasm";
import { Page } from "./page";

/** What is said: how many `pages` there are, which `page` is seen, or that it `failed` and why. */
type Say = (what: string, about: string) => void;

/** Pages as near as this to what is seen are painted. */
const NEAR = "50% 0px";
/** What is left at the sides of a page, in points of the screen. */
const SIDES = 32;
/** How much wider than what is seen a page may be. */
const ZOOMS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4];
/** Images of more points than this are left out. */
const IMAGE_MAX = 64_000_000;

/** Shows the PDF at `address` inside `host`; `worker` is where PDF.js's worker is. */
export function open(host: HTMLElement, address: string, worker: string, say: Say): Pdf {
  return new Pdf(host, address, worker, say);
}

/** Gives the worker what it wants beside the PDF: decoders of images, which are here already. */
class Decoders {
  fetch({ filename }: { filename: string }): Promise<Uint8Array> {
    const bytes = { "jbig2.wasm": jbig2, "openjpeg.wasm": openjpeg }[filename];
    return bytes ? Promise.resolve(bytes.slice()) : Promise.reject(new Error(`${filename} is not part of the page`));
  }
}

class Pdf {
  private readonly worker: Worker;
  private readonly task: PDFDocumentLoadingTask;
  private readonly end = new AbortController();
  private readonly seen: IntersectionObserver;
  private readonly sized: ResizeObserver;
  private pages: Page[] = [];
  private readonly near = new Set<Page>();
  private zoomed = ZOOMS.indexOf(1);
  private width = 0;
  private current = 0;

  constructor(
    private readonly host: HTMLElement,
    address: string,
    worker: string,
    private readonly say: Say,
  ) {
    this.worker = new Worker(worker, { type: "module" });
    this.task = getDocument({
      url: address,
      worker: PDFWorker.create({ port: this.worker, verbosity: VerbosityLevel.ERRORS }),
      BinaryDataFactory: Decoders,
      wasmUrl: "/",
      maxImageSize: IMAGE_MAX,
      enableXfa: false,
      verbosity: VerbosityLevel.ERRORS,
    });
    this.seen = new IntersectionObserver((entries) => this.moved(entries), { root: host, rootMargin: NEAR });
    this.sized = new ResizeObserver(() => this.resized());
    this.worker.addEventListener("error", () => say("failed", "module"), { signal: this.end.signal });
    host.addEventListener("scroll", () => this.told(), { passive: true, signal: this.end.signal });
    this.start().catch((error: unknown) => this.refused(error));
  }

  private async start() {
    const pdf = await this.task.promise;
    const size = (await pdf.getPage(1)).getViewport({ scale: 1 });
    if (this.end.signal.aborted) {
      return;
    }
    this.pages = Array.from({ length: pdf.numPages }, (_, at) => new Page(pdf, at + 1, size));
    this.host.replaceChildren(...this.pages.map((page) => page.sheet));
    this.resized();
    this.sized.observe(this.host);
    for (const page of this.pages) {
      this.seen.observe(page.sheet);
    }
    this.say("pages", `${pdf.numPages}`);
    this.told();
  }

  private refused(error: unknown) {
    if (this.end.signal.aborted || error instanceof RenderingCancelledException) {
      return;
    }
    const why = error instanceof PasswordException ? "locked" : error instanceof InvalidPDFException ? "broken" : "";
    this.say("failed", why);
  }

  /** Paints what came near, and forgets what went. */
  private moved(entries: IntersectionObserverEntry[]) {
    for (const { target, isIntersecting } of entries) {
      const page = this.pages.find((page) => page.sheet === target);
      if (page && isIntersecting) {
        this.near.add(page);
        this.paint(page);
      } else if (page) {
        this.near.delete(page);
        page.clear();
      }
    }
    this.told();
  }

  private paint(page: Page) {
    page.paint().catch((error: unknown) => {
      // A page that is broken says so; the others are shown.
      if (!(error instanceof RenderingCancelledException) && !this.end.signal.aborted) {
        page.sheet.textContent = "This page cannot be painted.";
      }
    });
  }

  /** Says which page is in the middle of what is seen, if it is another one. */
  private told() {
    const middle = this.host.scrollTop + this.host.clientHeight / 2;
    const above = [...this.near].filter((page) => page.sheet.offsetTop <= middle);
    const now = Math.max(1, ...above.map((page) => page.number));
    if (now !== this.current) {
      this.current = now;
      this.say("page", `${now}`);
    }
  }

  private resized() {
    const width = Math.max(64, this.host.clientWidth - SIDES) * (ZOOMS[this.zoomed] ?? 1);
    if (width === this.width) {
      return;
    }
    const page = this.pages[this.current - 1];
    const within = page ? (this.host.scrollTop - page.sheet.offsetTop) / page.sheet.offsetHeight : 0;
    this.width = width;
    for (const page of this.pages) {
      page.fit(width);
    }
    if (page) {
      this.host.scrollTop = page.sheet.offsetTop + within * page.sheet.offsetHeight;
    }
    for (const page of this.near) {
      this.paint(page);
    }
  }

  /** Makes it larger by so many steps, or smaller; 0 makes it as wide as what is seen. */
  zoom(steps: number) {
    const to = steps === 0 ? ZOOMS.indexOf(1) : this.zoomed + steps;
    this.zoomed = Math.min(Math.max(to, 0), ZOOMS.length - 1);
    this.resized();
  }

  /** Ends it. */
  close() {
    this.end.abort();
    this.seen.disconnect();
    this.sized.disconnect();
    this.pages.forEach((page) => page.clear());
    void this.task.destroy().finally(() => this.worker.terminate());
  }
}

export type { Pdf };
