// Fingers on a screen: one scrolls, as a wheel would, two change the size of the type. The library knows neither.

/** Begins to listen on `host`; `zoom` hears by which factor the type should grow since the fingers came down. */
export function listen(host: HTMLElement, zoom: (factor: number, over: boolean) => void): void {
  let last: Touch | undefined;
  let apart = 0;
  let factor = 1;
  const distance = ([a, b]: TouchList) => Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
  host.addEventListener("touchstart", (event) => {
    last = event.touches.length === 1 ? event.touches[0] : undefined;
    apart = event.touches.length === 2 ? distance(event.touches) : 0;
    factor = 1;
  });
  host.addEventListener(
    "touchmove",
    (event) => {
      event.preventDefault();
      if (apart > 0 && event.touches.length === 2) {
        factor = distance(event.touches) / apart;
        zoom(factor, false);
      } else if (last !== undefined && event.touches.length === 1) {
        const now = event.touches[0];
        scroll(host, now, last.clientY - now.clientY);
        last = now;
      }
    },
    { passive: false },
  );
  host.addEventListener("touchend", () => {
    if (apart > 0) {
      zoom(factor, true);
    }
    [last, apart] = [undefined, 0];
  });
}

/** A wheel does the right thing in every mode: history, a pager's keys, or a report to the program. */
function scroll(host: HTMLElement, at: Touch, deltaY: number) {
  const screen = host.querySelector(".xterm-screen");
  const { clientX, clientY } = at;
  screen?.dispatchEvent(new WheelEvent("wheel", { deltaY, clientX, clientY, bubbles: true, cancelable: true }));
}
