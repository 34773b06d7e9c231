import type { VoiceMap } from "./api";
import { draw, make, pictureWidth } from "./elements";
import { plural } from "./words";

const height = 420;
const edge = 48;
const radius = 6.5;

/** Circle, square, triangle, diamond, about the origin: told apart without colours too. */
const shapes = [
  "M-1 0A1 1 0 1 1 1 0A1 1 0 1 1-1 0Z", "M-.9-.9H.9V.9H-.9Z", "M0-1.15L1.05 .8H-1.05Z", "M0-1.25L1.25 0L0 1.25L-1.25 0Z",
];
const colours = 8;

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const meet = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

interface Spot {
  x: number;
  y: number;
  anchor: "start" | "middle" | "end";
}

/** Where a name fits beside its points without covering another name or a point. */
function place(name: string, around: { x: number; y: number }[], taken: Box[], width: number): Spot {
  const length = name.length * 8.8; // of a wide typeface
  const spots = around.flatMap(({ x, y }): Spot[] => [
    { x: x + 12, y: y + 4, anchor: "start" }, { x: x - 12, y: y + 4, anchor: "end" },
    { x, y: y - 13, anchor: "middle" }, { x, y: y + 23, anchor: "middle" },
  ]);
  const box = (spot: Spot): Box => {
    const left = spot.x - length * { start: 0, middle: 0.5, end: 1 }[spot.anchor];
    return { left, top: spot.y - 12, right: left + length, bottom: spot.y + 4 };
  };
  const inside = (spot: Box): boolean =>
    spot.left >= 2 && spot.right <= width - 2 && spot.top >= 2 && spot.bottom <= height - 2;
  const free = spots.find((spot) => inside(box(spot)) && !taken.some((other) => meet(box(spot), other))) ?? spots[0]!;
  taken.push(box(free));
  return free;
}

/** Every enrolled utterance as a point, near ones alike. */
export function showMap(root: HTMLElement, map: VoiceMap): void {
  const width = pictureWidth();
  const speakers = [...new Set(map.points.map((point) => point.speaker))];
  const xs = map.points.map((point) => point.x);
  const ys = map.points.map((point) => point.y);
  const [left, right, low, high] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  // One scale for both axes, so that distances are true.
  const scale = Math.min(
    (width - 2 * edge) / Math.max(right - left, 0.05), (height - 2 * edge) / Math.max(high - low, 0.05));
  const points = map.points.map((point) => ({
    ...point,
    x: width / 2 + scale * (point.x - (left + right) / 2),
    y: height / 2 - scale * (point.y - (low + high) / 2),
    style: speakers.indexOf(point.speaker),
  }));
  const taken: Box[] = points.map(({ x, y }) =>
    ({ left: x - radius, top: y - radius, right: x + radius, bottom: y + radius }));
  const picture = draw("svg", {
    viewBox: `0 0 ${width} ${height}`, role: "img",
    "aria-label": `Map of ${plural(points.length, "recording")} of ${plural(speakers.length, "speaker")}. ` +
      "The similarity table below has the same as numbers.",
  });
  for (const point of points) {
    picture.append(draw("path", {
      class: `point colour-${point.style % colours}`,
      d: shapes[Math.floor(point.style / colours + point.style) % shapes.length]!,
      transform: `translate(${point.x.toFixed(1)} ${point.y.toFixed(1)}) scale(${radius})`,
    }, draw("title", {}, `${point.speaker}, recording ${point.utterance}`)));
  }
  for (const speaker of speakers) {
    const own = points.filter((point) => point.speaker === speaker);
    const shown = speaker.length > 18 ? `${speaker.slice(0, 17)}…` : speaker;
    const spot = place(shown, own, taken, width);
    picture.append(draw("text", {
      class: `name colour-${own[0]!.style % colours}`, x: spot.x, y: spot.y, "text-anchor": spot.anchor,
    }, shown));
  }
  root.replaceChildren(
    picture,
    make("p", { class: "quiet" },
      `Each point is a recording; near points sound alike. The plane shows ${Math.round(map.share * 100)}% of the spread.` +
      (map.leftOut > 0 ? ` ${plural(map.leftOut, "speaker")} are not on it.` : "")),
  );
}
