// Fingers on a screen: one scrolls, as a wheel would, two change the size of the type. The library knows neither.

/** Begins to listen on `host`; `zoom` hears by which factor the type should grow since the fingers came down. */
export function listen(host: HTMLElement, signal: AbortSignal, zoom: (factor: number, over: boolean) => void): void {
  let last: Touch | undefined;
  let apart = 0;
  let factor = 1;
  const distance = ([a, b]: TouchList) => Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
  const begin = (event: TouchEvent) => {
    last = event.touches.length === 1 ? event.touches[0] : undefined;
    apart = event.touches.length === 2 ? distance(event.touches) : 0;
    factor = 1;
  };
  host.addEventListener("touchstart", begin, { signal });
  host.addEventListener(
    "touchmove",
    (event) => {
      event.preventDefault();
      if (apart > 0 && event.touches.length === 2) {
        factor = distance(event.touches) / apart;
        zoom(factor, false);
      } else if (last !== undefined && event.touches.length === 1) {
        const now = event.touches[0];
        scroll(host, now, last.clientX - now.clientX, last.clientY - now.clientY);
        last = now;
      }
    },
    { passive: false, signal },
  );
  const end = () => {
    if (apart > 0) {
      zoom(factor, true);
    }
    [last, apart] = [undefined, 0];
  };
  host.addEventListener("touchend", end, { signal });
}

/** What does not fit is brought into view first. A wheel then does the right thing in every mode: history, a pager's keys, or a
    report to the program. */
function scroll(host: HTMLElement, at: Touch, deltaX: number, deltaY: number) {
  const top = host.scrollTop;
  host.scrollBy(deltaX, deltaY);
  if (host.scrollTop !== top) {
    return;
  }
  const screen = host.querySelector(".xterm-screen");
  const { clientX, clientY } = at;
  screen?.dispatchEvent(new WheelEvent("wheel", { deltaY, clientX, clientY, bubbles: true, cancelable: true }));
}
