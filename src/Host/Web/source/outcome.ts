import type { Decision } from "./api";
import { make } from "./elements";
import { distance, headline, outcomeSign, outcomeWord, seconds, sentence } from "./words";

/** The decision as a card: what, why, and its figures. */
export function showDecision(root: HTMLElement, decision: Decision): void {
  const figures: [string, string][] = [
    ["Distance", distance(decision.distance)],
    ["Threshold", distance(decision.threshold)],
    ["Speech", seconds(decision.speechSeconds)],
  ];
  const facts = make("dl", { class: "figures" });
  for (const [name, value] of figures) {
    facts.append(make("div", {}, make("dt", {}, name), make("dd", {}, value)));
  }
  const children: Node[] = [
    make("p", { class: "verdict" },
      make("span", { class: "sign", "aria-hidden": "true" }, outcomeSign[decision.decision]),
      make("span", {}, make("span", { class: "verdict-word" }, outcomeWord[decision.decision]),
        make("strong", {}, headline(decision)))),
    make("p", { class: "why" }, sentence(decision.reason)),
    facts,
  ];
  if (decision.challenge !== undefined) {
    children.push(make("p", { class: "why" }, `Check that these digits were said: ${decision.challenge.digits}.`));
  }
  root.dataset["outcome"] = decision.decision;
  root.replaceChildren(...children);
}

/** That there is no decision, and why. */
export function showFailure(root: HTMLElement, why: string): void {
  root.dataset["outcome"] = "failed";
  root.replaceChildren(
    make("p", { class: "verdict" },
      make("span", { class: "sign", "aria-hidden": "true" }, "!"),
      make("span", {}, make("strong", {}, "Nothing was decided"))),
    make("p", { class: "why" }, why),
  );
}

/** What is going on. */
export function showProgress(root: HTMLElement, text: string): void {
  root.dataset["outcome"] = "none";
  root.replaceChildren(make("p", { class: "quiet" }, text));
}
