// What reads a PDF away from the page: PDF.js's own worker. What it may do is said by the policy that it is sent with.
import "pdfjs-dist/build/pdf.worker.min.mjs";
