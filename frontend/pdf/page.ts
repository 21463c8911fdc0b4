// One page of a PDF: a sheet of its size, painted with its text over it while it is near to what is seen. Knows no other page.
import { type PDFDocumentProxy, type PDFPageProxy, type RenderTask, TextLayer } from "pdfjs-dist";

/** The most points of one canvas: more is painted coarser. */
const POINTS_MAX = 16_000_000;

/** How large a page is, in points of the PDF. */
export interface Size {
  width: number;
  height: number;
}

export class Page {
  readonly sheet = document.createElement("div");
  private shown: PDFPageProxy | undefined;
  private task: RenderTask | undefined;
  private text: TextLayer | undefined;
  /** Which painting is wanted: an older one that is still under way ends by itself. */
  private turn = 0;
  private width = 0;

  constructor(
    private readonly pdf: PDFDocumentProxy,
    readonly number: number,
    private size: Size,
  ) {
    this.sheet.className = "pdf-page";
    this.sheet.role = "group";
    this.sheet.ariaLabel = `Page ${number} of ${pdf.numPages}`;
  }

  /** Gives it a width, in points of the screen; what was painted for another is gone. */
  fit(width: number) {
    this.clear();
    this.width = width;
    this.measure();
  }

  private measure() {
    this.sheet.style.width = `${Math.round(this.width)}px`;
    this.sheet.style.height = `${Math.round((this.width * this.size.height) / this.size.width)}px`;
  }

  /** Paints it, unless it is painted. */
  async paint() {
    if (this.turn % 2 === 1) {
      return;
    }
    const turn = ++this.turn;
    const page = await this.pdf.getPage(this.number);
    if (turn !== this.turn) {
      return;
    }
    this.shown = page;
    this.size = page.getViewport({ scale: 1 });
    this.measure();
    const viewport = page.getViewport({ scale: this.width / this.size.width });
    const fine = Math.min(devicePixelRatio, Math.sqrt(POINTS_MAX / (viewport.width * viewport.height)));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.floor(viewport.width * fine));
    canvas.height = Math.max(1, Math.floor(viewport.height * fine));
    this.task = page.render({ canvas, viewport, transform: [fine, 0, 0, fine, 0, 0] });
    await this.task.promise;
    if (turn !== this.turn) {
      return;
    }
    const layer = document.createElement("div");
    layer.className = "pdf-text";
    layer.style.setProperty("--total-scale-factor", `${viewport.scale}`);
    this.sheet.replaceChildren(canvas, layer);
    this.text = new TextLayer({ textContentSource: page.streamTextContent(), container: layer, viewport });
    await this.text.render();
  }

  /** Takes what is painted away, and the room that it takes. */
  clear() {
    if (this.turn % 2 === 0) {
      return;
    }
    this.turn++;
    this.task?.cancel();
    this.text?.cancel();
    this.sheet.replaceChildren();
    this.shown?.cleanup();
    this.task = this.text = this.shown = undefined;
  }
}
