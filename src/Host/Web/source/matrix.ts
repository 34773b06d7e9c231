import type { Similarity } from "./api";
import { make } from "./elements";
import { distance, plural } from "./words";

/** The distance of every voice to every other as a table; darker is nearer. */
export function showMatrix(root: HTMLElement, similarity: Similarity): void {
  const { speakers, distances, threshold } = similarity;
  const others = distances.flatMap((line, i) => line.filter((_, j) => i !== j));
  const [near, far] = [Math.min(threshold, ...others), Math.max(...others)];
  const head = make("tr", {}, make("td", {}), ...speakers.map((name) => make("th", { scope: "col" }, make("span", {}, name))));
  const rows = speakers.map((name, i) => make("tr", {}, make("th", { scope: "row" }, name),
    ...speakers.map((_, j) => {
      if (i === j) {
        return make("td", { class: "self" }, "–");
      }
      const value = distances[i]![j]!;
      const depth = far > near ? Math.round((7 * (far - value)) / (far - near)) : 0;
      return make("td", { class: `number depth-${depth}`, "data-within": String(value <= threshold) }, value.toFixed(2));
    })));
  root.replaceChildren(
    make("div", { class: "wide", tabindex: "0", role: "region", "aria-label": "Similarity table" },
      make("table", { class: "matrix" },
        make("caption", { class: "visually-hidden" }, "Distance of every voice to every other"),
        make("thead", {}, head), make("tbody", {}, ...rows))),
    make("p", { class: "quiet" },
      `Distances between voiceprints: smaller is nearer. Framed: within the threshold of ${distance(threshold)}, as one ` +
      `voice would be.${similarity.leftOut > 0 ? ` ${plural(similarity.leftOut, "speaker")} are not in it.` : ""}`),
  );
}
