// The page's document as CodeMirror may use it for its styles. The page's policy allows no inline style: without a head to put
// a style element into, the library takes a constructed sheet, which the policy allows.

/** The document without its head; all else is the document itself. */
export const root: Document = new Proxy(document, {
  get(target, key) {
    if (key === "head") {
      return undefined;
    }
    const value: unknown = Reflect.get(target, key, target);
    return typeof value === "function" ? value.bind(target) : value;
  },
  set: (target, key, value) => Reflect.set(target, key, value, target),
});
