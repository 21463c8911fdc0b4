// The page's document as xterm.js may use it; the bundler puts it wherever the library says `document`. The page's policy
// allows no inline style: what would be a style element is a constructed sheet, and a style attribute is set through the
// object model, which the policy allows.

const real = globalThis.document;
const own: Record<PropertyKey, unknown> = {
  createElement: (tag: string) => (tag === "style" ? sheet() : plain(tag)),
};

export const document: Document = new Proxy(real, {
  get(target, key) {
    const value: unknown = own[key] ?? Reflect.get(target, key, target);
    return typeof value === "function" ? value.bind(target) : value;
  },
  set: (target, key, value) => Reflect.set(target, key, value, target),
});

/** What takes rules as a style element does, and is none: they are in a sheet that comes and goes with it. */
function sheet(): HTMLElement {
  const [element, rules] = [real.createElement("template"), new CSSStyleSheet()];
  Object.defineProperty(element, "textContent", { set: (text: string) => rules.replaceSync(text) });
  element.remove = () => {
    real.adoptedStyleSheets = real.adoptedStyleSheets.filter((one) => one !== rules);
    HTMLElement.prototype.remove.call(element);
  };
  real.adoptedStyleSheets = [...real.adoptedStyleSheets, rules];
  return element;
}

function plain(tag: string): HTMLElement {
  const element = real.createElement(tag);
  element.setAttribute = styled;
  return element;
}

function styled(this: HTMLElement, name: string, value: string) {
  if (name === "style") {
    this.style.cssText = value;
  } else {
    Element.prototype.setAttribute.call(this, name, value);
  }
}
