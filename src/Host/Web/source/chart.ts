import type { LiveState } from "./api";
import { draw, pictureWidth } from "./elements";
import { distance } from "./words";

const height = 300;
const frame = { left: 46, right: 14, top: 16, bottom: 34 };

/**
 * The distance to the voiceprint against the threshold, as they move. Nearer is higher: a line above the threshold is
 * within it.
 */
export class ScoreChart {
  #states: LiveState[] = [];

  constructor(private readonly root: HTMLElement) {
    this.#draw();
  }

  clear(): void {
    this.#states = [];
    this.#draw();
  }

  add(state: LiveState): void {
    this.#states.push(state);
    this.#draw();
  }

  #draw(): void {
    const width = pictureWidth();
    const scored = this.#states.filter((state) => state.distance !== null && state.threshold !== null);
    const end = Math.max(8, this.#states.at(-1)?.seconds ?? 0);
    const values = this.#states.flatMap((state) => [state.distance, state.threshold, state.windowDistance]);
    const known = values.filter((value) => value !== null);
    const far = Math.max(1, ...known) * 1.05;
    const near = Math.min(0, ...known);
    const x = (second: number): number => frame.left + (second / end) * (width - frame.left - frame.right);
    const y = (value: number): number =>
      frame.top + ((value - near) / (far - near)) * (height - frame.top - frame.bottom);
    const line = (value: (state: LiveState) => number | null): string =>
      this.#states
        .flatMap((state) => {
          const at = value(state);
          return at === null ? [] : [`${x(state.seconds).toFixed(1)},${y(at).toFixed(1)}`];
        })
        .join(" ");

    const parts: SVGElement[] = [];
    const last = this.#states.at(-1);
    if (last?.threshold != null) {
      const edge = line((state) => state.threshold);
      const first = y(this.#states[0]!.threshold ?? last.threshold);
      const whole = `${frame.left},${first} ${edge} ${width - frame.right},${y(last.threshold)}`;
      parts.push(
        draw("polygon", {
          class: "zone",
          points: `${frame.left},${frame.top} ${whole} ${width - frame.right},${frame.top}`,
        }),
        draw("polyline", { class: "threshold", points: whole }),
        draw("text", { class: "label threshold-label", x: width - frame.right - 4, y: y(last.threshold) + 19 },
          `threshold ${distance(last.threshold)}`),
      );
    }
    for (let value = Math.ceil(near * 4) / 4; value <= far; value += 0.25) {
      parts.push(
        draw("line", { class: "grid", x1: frame.left, x2: width - frame.right, y1: y(value), y2: y(value) }),
        draw("text", { class: "label axis-y", x: frame.left - 8, y: y(value) + 4 }, value.toFixed(2)),
      );
    }
    const step = end <= 12 ? 2 : end <= 30 ? 5 : 10;
    for (let second = 0; second <= end; second += step) {
      parts.push(draw("text", { class: "label axis-x", x: x(second), y: height - 12 }, `${second} s`));
    }
    parts.push(
      draw("polyline", { class: "window", points: line((state) => state.windowDistance) }),
      draw("polyline", { class: "score", points: line((state) => state.distance) }),
    );
    const tip = scored.at(-1);
    if (tip?.distance != null) {
      parts.push(draw("circle", {
        class: "tip", cx: x(tip.seconds), cy: y(tip.distance), r: 6, "data-within": String(tip.distance <= tip.threshold!),
      }));
    }
    const said = tip?.distance == null
      ? "No distance yet."
      : `Distance ${distance(tip.distance)} after ${tip.seconds.toFixed(1)} seconds; threshold ${distance(tip.threshold)}.`;
    this.root.replaceChildren(
      draw("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `Distance against threshold. ${said}` },
        ...parts),
    );
  }
}
