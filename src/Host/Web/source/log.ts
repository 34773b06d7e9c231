import type { Decision } from "./api";
import { byId, make } from "./elements";
import { distance, outcomeSign, outcomeWord, seconds, sentence } from "./words";

/** The decisions of this tab, newest first. They are kept until it is closed. */

interface Entry {
  at: string;
  source: string;
  speaker: string;
  decision: Decision["decision"];
  distance: number | null;
  threshold: number | null;
  speechSeconds: number;
  reason: string;
}

const place = "speaker.log";
const most = 200;
const body = byId("log-rows", HTMLTableSectionElement);
const empty = byId("log-empty", HTMLElement);
const table = byId("log-table", HTMLElement);
const clear = byId("log-clear", HTMLButtonElement);

function read(): Entry[] {
  return JSON.parse(sessionStorage.getItem(place) ?? "[]") as Entry[];
}

function show(): void {
  const entries = read();
  empty.hidden = entries.length > 0;
  table.hidden = clear.hidden = entries.length === 0;
  body.replaceChildren(...entries.map((entry) => make("tr", {},
    make("td", {}, make("time", { datetime: entry.at }, new Date(entry.at).toLocaleTimeString())),
    make("th", { scope: "row" }, entry.speaker),
    make("td", {}, make("span", { class: "chip", "data-outcome": entry.decision },
      `${outcomeSign[entry.decision]} ${outcomeWord[entry.decision]}`)),
    make("td", { class: "number" }, distance(entry.distance)),
    make("td", { class: "number" }, distance(entry.threshold)),
    make("td", { class: "number" }, seconds(entry.speechSeconds)),
    make("td", {}, entry.source),
    make("td", { class: "long" }, sentence(entry.reason)))));
}

/** @param source What was listened to. */
export function remember(decision: Decision, source: string): void {
  const { speaker, distance, threshold, speechSeconds, reason } = decision;
  const entry: Entry = {
    at: new Date().toISOString(), source, speaker, decision: decision.decision, distance, threshold, speechSeconds, reason,
  };
  sessionStorage.setItem(place, JSON.stringify([entry, ...read()].slice(0, most)));
  show();
}

export function prepareLog(): void {
  clear.addEventListener("click", () => {
    sessionStorage.removeItem(place);
    show();
    byId("log-title", HTMLElement).focus();
  });
  show();
}
